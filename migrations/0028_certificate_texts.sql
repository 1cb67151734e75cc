-- depends: 0027_enrollments_of_a_course
-- What else a certificate says, as it was when it was issued.

alter table certificates
-- In the learner's time zone.
add column completed_on date,
-- The lead instructor; without one the platform alone signs.
add column signatory_name text,
-- Its file is there.
add column rendered_at timestamptz,
-- It could not be made, and is not tried again by itself.
add column failed_at timestamptz,
add constraint certificates_language_check check (language in ('en', 'pl')) not valid;
