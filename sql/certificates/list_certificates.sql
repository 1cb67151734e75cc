-- name: list_certificates(user_id, before_id, limit, public_url)$
-- purpose:  A page of a learner's certificates, newest first, those that were replaced too.
-- endpoint: GET /api/v1/certificates/me
-- param:    user_id bigint, the caller
-- param:    before_id bigint, the last id of the page before, or null
-- param:    limit integer, 1 to 100
-- param:    public_url text, of the service
-- returns:  json CertificateList
-- index:    certificates_pkey, certificate_files_pkey
-- budget:   5 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with page as materialized (
    select
        ct.*,
        row_number() over (order by ct.id desc) as n
    from certificates as ct
    where
        ct.user_id = :user_id
        and ct.id < coalesce(:before_id::bigint, 9223372036854775807)
    order by ct.id desc
    limit :limit::integer + 1
)

select json_build_object(
    'items', coalesce(
        json_agg(
            json_build_object(
                'id', page.id,
                'course_id', page.course_id,
                'course_title', page.course_title,
                'learner_name', page.learner_name,
                'signatory_name', page.signatory_name,
                'language', page.language,
                'completed_on', page.completed_on,
                'issued_at', page.issued_at,
                'code', page.code,
                'verify_url', :public_url::text || '/api/v1/certificates/verify/' || page.code,
                'pdf_url', '/api/v1/certificates/' || page.id || '/pdf',
                'credential_url', '/api/v1/certificates/' || page.id || '/credential',
                'status', case
                    when cf.user_id is not null then 'ready'
                    when page.failed_at is not null then 'failed'
                    else 'rendering'
                end,
                'validity', case
                    when page.revoked_at is not null then 'revoked'
                    when page.replaced_at is not null then 'replaced'
                    else 'valid'
                end,
                'revoked_at', page.revoked_at,
                'revoked_reason', page.revoked_reason,
                'replaced_at', page.replaced_at
            )
            order by page.n
        ) filter (where page.n <= :limit), '[]'
    ),
    'next_cursor',
    case when count(*) > :limit then max('t' || page.id) filter (where page.n = :limit) end
)
from page
left join certificate_files as cf on cf.user_id = :user_id and page.id = cf.certificate_id;
