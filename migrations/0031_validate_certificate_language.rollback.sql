-- A constraint cannot be made invalid again, only anew.
alter table certificates drop constraint certificates_language_check;
alter table certificates
add constraint certificates_language_check check (language in ('en', 'pl')) not valid;
