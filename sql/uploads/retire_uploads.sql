-- name: retire_uploads(lesson_id)!
-- purpose:  A newer upload takes the place of the one that waits: only the newest decides.
-- endpoint: POST /api/v1/lessons/<lesson_id>/uploads
-- param:    lesson_id bigint, from the path; its row is locked
-- returns:  the number of uploads that waited, 0 or 1
-- index:    idx_video_uploads_waiting
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the upload's row
-- scope:    none
update video_uploads
set
    status = 'failed',
    message = 'A newer upload has taken its place.',
    updated_at = now()
where lesson_id = :lesson_id and status = 'waiting';
