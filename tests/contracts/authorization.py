"""Who may call what: every route of the app, and the status that each kind of caller gets.

A path without {ids} is called as it is. Of {ref}, {course_id}, {module_id}, {lesson_id} and
{achievement_id} the word behind the route says which one: a course that is published or a draft and
its module, a lesson of the published course that everybody may preview, is published, or hidden, an
achievement that nobody has or that somebody has unlocked; of {certificate_id}, whether it is the
caller's; of a webhook, whether its signature is right. `deactivated` was an admin and is enrolled;
`enrolled` is enrolled in the draft, too, since before it was one. All but the anonymous have both
cookies, and log in as themselves.
"""

CALLERS = (
    "anonymous",
    "other_learner",
    "enrolled",
    "instructor",
    "other_instructor",
    "admin",
    "deactivated",
)

TABLE = """
route                                                          of        ano oth enr ins oin adm gon
GET    /                                                       -         302 302 302 302 302 302 302
GET    /livez                                                  -         200 200 200 200 200 200 200
GET    /readyz                                                 -         200 200 200 200 200 200 200
GET    /docs/                                                  -         200 200 200 200 200 200 200
GET    /docs/<path:path>                                       -         200 200 200 200 200 200 200
GET    /problems/<name>                                        -         200 200 200 200 200 200 200
GET    /api/v1/openapi.json                                    -         200 200 200 200 200 200 200
POST   /api/v1/auth/register                                   -         201 201 201 201 201 201 201
POST   /api/v1/auth/login                                      -         200 200 200 200 200 200 401
POST   /api/v1/auth/refresh                                    -         401 200 200 200 200 200 401
POST   /api/v1/auth/logout                                     -         204 204 204 204 204 204 204
GET    /api/v1/auth/me                                         -         401 200 200 200 200 200 401
PATCH  /api/v1/auth/me                                         -         401 200 200 200 200 200 401
POST   /api/v1/auth/password                                   -         401 204 204 204 204 204 401
GET    /api/v1/courses                                         -         200 200 200 200 200 200 200
GET    /api/v1/courses?is_published=false                      -         401 403 403 200 200 200 401
GET    /api/v1/courses/<ref:ref>                               published 200 200 200 200 200 200 200
GET    /api/v1/courses/<ref:ref>                               draft     404 404 200 200 404 200 404
POST   /api/v1/courses/<id:course_id>/enroll                   published 401 201 200 201 201 201 401
POST   /api/v1/courses/<id:course_id>/enroll                   draft     401 404 200 404 404 404 401
GET    /api/v1/courses/<id:course_id>/enroll                   published 401 404 200 404 404 404 401
GET    /api/v1/courses/<id:course_id>/enroll                   draft     401 404 200 404 404 404 401
DELETE /api/v1/courses/<id:course_id>/enroll                   published 401 204 204 204 204 204 401
DELETE /api/v1/courses/<id:course_id>/enroll                   draft     401 204 204 204 204 204 401
GET    /api/v1/enrollments/me                                  -         401 200 200 200 200 200 401
GET    /api/v1/lessons/<id:lesson_id>                          published 401 403 200 200 403 200 401
GET    /api/v1/lessons/<id:lesson_id>                          preview   200 200 200 200 200 200 200
GET    /api/v1/lessons/<id:lesson_id>                          hidden    404 404 404 200 404 200 404
GET    /api/v1/lessons/<id:lesson_id>                          draft     404 404 200 200 404 200 404
GET    /api/v1/lessons/<id:lesson_id>/playback                 published 401 403 200 200 403 200 401
GET    /api/v1/lessons/<id:lesson_id>/playback                 preview   200 200 200 200 200 200 200
GET    /api/v1/lessons/<id:lesson_id>/playback                 hidden    404 404 404 200 404 200 404
GET    /api/v1/lessons/<id:lesson_id>/playback                 draft     404 404 200 200 404 200 404
POST   /api/v1/lessons/<id:lesson_id>/uploads                  published 401 403 403 201 403 201 401
POST   /api/v1/lessons/<id:lesson_id>/uploads                  preview   401 403 403 201 403 201 401
POST   /api/v1/lessons/<id:lesson_id>/uploads                  hidden    401 404 404 201 404 201 401
POST   /api/v1/lessons/<id:lesson_id>/uploads                  draft     401 404 403 201 404 201 401
GET    /api/v1/lessons/<id:lesson_id>/uploads                  published 401 403 403 200 403 200 401
GET    /api/v1/lessons/<id:lesson_id>/uploads                  preview   401 403 403 200 403 200 401
GET    /api/v1/lessons/<id:lesson_id>/uploads                  hidden    401 404 404 200 404 200 401
GET    /api/v1/lessons/<id:lesson_id>/uploads                  draft     401 404 403 200 404 200 401
POST   /api/v1/progress/lessons/<id:lesson_id>                 published 401 403 200 403 403 403 401
POST   /api/v1/progress/lessons/<id:lesson_id>                 preview   401 403 200 403 403 403 401
POST   /api/v1/progress/lessons/<id:lesson_id>                 hidden    401 404 404 404 404 404 401
POST   /api/v1/progress/lessons/<id:lesson_id>                 draft     401 404 200 404 404 404 401
GET    /api/v1/progress/lessons/<id:lesson_id>                 published 401 403 200 403 403 403 401
GET    /api/v1/progress/lessons/<id:lesson_id>                 preview   401 403 200 403 403 403 401
GET    /api/v1/progress/lessons/<id:lesson_id>                 hidden    401 404 404 404 404 404 401
GET    /api/v1/progress/lessons/<id:lesson_id>                 draft     401 404 200 404 404 404 401
GET    /api/v1/progress/courses/<id:course_id>                 published 401 403 200 403 403 403 401
GET    /api/v1/progress/courses/<id:course_id>                 draft     401 404 200 404 404 404 401
GET    /api/v1/gamification/me                                 -         401 200 200 200 200 200 401
GET    /api/v1/gamification/me/history                         -         401 200 200 200 200 200 401
GET    /api/v1/gamification/leaderboard                        -         401 200 200 200 200 200 401
GET    /api/v1/gamification/leaderboard?course_id=<ref>        published 401 200 200 200 200 200 401
GET    /api/v1/gamification/leaderboard?course_id=<ref>        draft     401 404 200 200 404 200 401
POST   /api/v1/gamification/users/<id:user_id>/corrections     -         401 403 403 403 403 201 401
GET    /api/v1/achievements                                    -         200 200 200 200 200 200 200
GET    /api/v1/achievements?is_active=false                    -         401 403 403 403 403 200 401
POST   /api/v1/achievements                                    -         401 403 403 403 403 201 401
PATCH  /api/v1/achievements/<id:achievement_id>                new       401 403 403 403 403 200 401
PATCH  /api/v1/achievements/<id:achievement_id>                unlocked  401 403 403 403 403 200 401
DELETE /api/v1/achievements/<id:achievement_id>                new       401 403 403 403 403 204 401
DELETE /api/v1/achievements/<id:achievement_id>                unlocked  401 403 403 403 403 409 401
POST   /api/v1/courses                                         -         401 403 403 201 201 201 401
PATCH  /api/v1/courses/<ref:ref>                               published 401 403 403 200 403 200 401
PATCH  /api/v1/courses/<ref:ref>                               draft     401 404 403 200 404 200 401
DELETE /api/v1/courses/<ref:ref>                               published 401 403 403 204 403 204 401
DELETE /api/v1/courses/<ref:ref>                               draft     401 404 403 204 404 204 401
POST   /api/v1/courses/<id:course_id>/publish                  published 401 403 403 200 403 200 401
POST   /api/v1/courses/<id:course_id>/publish                  draft     401 404 403 200 404 200 401
POST   /api/v1/courses/<id:course_id>/unpublish                published 401 403 403 200 403 200 401
POST   /api/v1/courses/<id:course_id>/unpublish                draft     401 404 403 200 404 200 401
PUT    /api/v1/courses/<id:course_id>/outline                  published 401 403 403 200 403 200 401
PUT    /api/v1/courses/<id:course_id>/outline                  draft     401 404 403 200 404 200 401
POST   /api/v1/courses/<id:course_id>/instructors              published 401 403 403 201 403 201 401
POST   /api/v1/courses/<id:course_id>/instructors              draft     401 404 403 201 404 201 401
DELETE /api/v1/courses/<id:course_id>/instructors/<id:user_id> published 401 403 403 204 403 204 401
DELETE /api/v1/courses/<id:course_id>/instructors/<id:user_id> draft     401 404 403 204 404 204 401
GET    /api/v1/courses/<id:course_id>/export                   published 401 403 403 200 403 200 401
GET    /api/v1/courses/<id:course_id>/export                   draft     401 404 403 200 404 200 401
POST   /api/v1/courses/import                                  -         401 403 403 201 201 201 401
POST   /api/v1/courses/<id:course_id>/modules                  published 401 403 403 201 403 201 401
POST   /api/v1/courses/<id:course_id>/modules                  draft     401 404 403 201 404 201 401
GET    /api/v1/modules/<id:module_id>                          published 200 200 200 200 200 200 200
GET    /api/v1/modules/<id:module_id>                          draft     404 404 200 200 404 200 404
PATCH  /api/v1/modules/<id:module_id>                          published 401 403 403 200 403 200 401
PATCH  /api/v1/modules/<id:module_id>                          draft     401 404 403 200 404 200 401
DELETE /api/v1/modules/<id:module_id>                          published 401 403 403 204 403 204 401
DELETE /api/v1/modules/<id:module_id>                          draft     401 404 403 204 404 204 401
POST   /api/v1/modules/<id:module_id>/lessons                  published 401 403 403 201 403 201 401
POST   /api/v1/modules/<id:module_id>/lessons                  draft     401 404 403 201 404 201 401
PATCH  /api/v1/lessons/<id:lesson_id>                          published 401 403 403 200 403 200 401
PATCH  /api/v1/lessons/<id:lesson_id>                          preview   401 403 403 200 403 200 401
PATCH  /api/v1/lessons/<id:lesson_id>                          hidden    401 404 404 200 404 200 401
PATCH  /api/v1/lessons/<id:lesson_id>                          draft     401 404 403 200 404 200 401
DELETE /api/v1/lessons/<id:lesson_id>                          published 401 403 403 204 403 204 401
DELETE /api/v1/lessons/<id:lesson_id>                          preview   401 403 403 204 403 204 401
DELETE /api/v1/lessons/<id:lesson_id>                          hidden    401 404 404 204 404 204 401
DELETE /api/v1/lessons/<id:lesson_id>                          draft     401 404 403 204 404 204 401
POST   /api/v1/lessons/<id:lesson_id>/publish                  published 401 403 403 200 403 200 401
POST   /api/v1/lessons/<id:lesson_id>/publish                  preview   401 403 403 200 403 200 401
POST   /api/v1/lessons/<id:lesson_id>/publish                  hidden    401 404 404 200 404 200 401
POST   /api/v1/lessons/<id:lesson_id>/publish                  draft     401 404 403 200 404 200 401
POST   /api/v1/lessons/<id:lesson_id>/unpublish                published 401 403 403 200 403 200 401
POST   /api/v1/lessons/<id:lesson_id>/unpublish                preview   401 403 403 200 403 200 401
POST   /api/v1/lessons/<id:lesson_id>/unpublish                hidden    401 404 404 200 404 200 401
POST   /api/v1/lessons/<id:lesson_id>/unpublish                draft     401 404 403 200 404 200 401
GET    /api/v1/audit-log                                       -         401 403 403 403 403 200 401
GET    /api/v1/courses/<id:course_id>/statistics               published 401 403 403 200 403 200 401
GET    /api/v1/courses/<id:course_id>/statistics               draft     401 404 403 200 404 200 401
GET    /api/v1/courses/<id:course_id>/learners.csv             published 401 403 403 200 403 200 401
GET    /api/v1/courses/<id:course_id>/learners.csv             draft     401 404 403 200 404 200 401
POST   /api/v1/auth/verification                               -         401 204 204 204 204 204 401
POST   /api/v1/auth/verification/confirm                       -         204 204 204 204 204 204 422
POST   /api/v1/auth/password-reset                             -         204 204 204 204 204 204 204
POST   /api/v1/auth/password-reset/confirm                     -         204 204 204 204 204 204 422
POST   /api/v1/webhooks/mux                                    unsigned  403 403 403 403 403 403 403
POST   /api/v1/webhooks/mux                                    signed    204 204 204 204 204 204 204
POST   /api/v1/certificates/courses/<id:course_id>             published 401 403 409 403 403 403 401
POST   /api/v1/certificates/courses/<id:course_id>             draft     401 404 409 404 404 404 401
GET    /api/v1/certificates/me                                 -         401 200 200 200 200 200 401
GET    /api/v1/certificates/<id:certificate_id>                own       401 200 200 200 200 200 401
GET    /api/v1/certificates/<id:certificate_id>                others    401 404 404 404 404 200 401
GET    /api/v1/certificates/<id:certificate_id>/pdf            own       401 200 200 200 200 200 401
GET    /api/v1/certificates/<id:certificate_id>/pdf            others    401 404 404 404 404 200 401
GET    /api/v1/certificates/<id:certificate_id>/credential     own       401 200 200 200 200 200 401
GET    /api/v1/certificates/<id:certificate_id>/credential     others    401 404 404 404 404 200 401
POST   /api/v1/certificates/<id:certificate_id>/revoke         own       401 403 403 403 403 200 401
POST   /api/v1/certificates/<id:certificate_id>/revoke         others    401 403 403 403 403 200 401
POST   /api/v1/certificates/<id:certificate_id>/reissue        own       401 409 409 409 409 201 401
POST   /api/v1/certificates/<id:certificate_id>/reissue        others    401 404 404 404 404 201 401
GET    /api/v1/certificates/verify/<code>                      -         200 200 200 200 200 200 200
GET    /api/v1/credentials/status/<int:list_id>                -         200 200 200 200 200 200 200
"""


def read(table=TABLE):
    """(method, path, resource) -> {caller: status}.

    :raise ValueError: for a row that has not one number for each caller.
    """
    rows = {}
    for line in table.strip().splitlines()[1:]:
        method, path, resource, *statuses = line.split()
        cells = dict(zip(CALLERS, map(int, statuses), strict=True))
        if (method, path, resource) in rows:
            raise ValueError(f"twice: {line}")
        rows[method, path, resource] = cells
    return rows


def undeclared(app, rows):
    """The (method, path) that the app answers and the table does not have, and the reverse."""
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    return routes ^ {(method, path.partition("?")[0]) for method, path, _ in rows}
