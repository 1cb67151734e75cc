-- depends: 0030_certificate_files
-- Reads the table, and locks out nobody.
alter table certificates validate constraint certificates_language_check;
