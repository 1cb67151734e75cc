alter table certificates
drop constraint certificates_language_check,
drop column completed_on,
drop column signatory_name,
drop column rendered_at,
drop column failed_at;
