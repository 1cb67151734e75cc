"""A lesson to watch."""

from marshmallow import fields, validate

from courseapp.schemas.base import Schema


class PlaybackSchema(Schema):
    """Where the player gets the video; the URLs carry a token when playback is signed."""

    hls_url = fields.Url(required=True)
    thumbnail_url = fields.Url(required=True)
    expires_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the token does; null when playback is not signed"},
    )


class ResumeSchema(Schema):
    """Where the caller stopped; zeros before the first update."""

    watched_seconds = fields.Integer(required=True)
    last_position_seconds = fields.Integer(required=True)
    completion_percentage = fields.Integer(required=True)
    is_completed = fields.Boolean(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True, allow_none=True)


class LessonSchema(Schema):
    """A lesson with everything a player needs."""

    id = fields.Integer(required=True)
    course_id = fields.Integer(required=True)
    course_title = fields.String(required=True)
    module_id = fields.Integer(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["video", "text"]))
    body = fields.String(required=True, metadata={"description": "Markdown of a text lesson"})
    body_html = fields.String(
        required=True,
        metadata={"description": "The body as sanitised HTML, only for where HTML belongs"},
    )
    position = fields.Integer(required=True)
    duration_seconds = fields.Integer(required=True, allow_none=True)
    points = fields.Integer(required=True)
    is_preview = fields.Boolean(required=True)
    is_published = fields.Boolean(required=True)
    previous_lesson_id = fields.Integer(required=True, allow_none=True)
    next_lesson_id = fields.Integer(required=True, allow_none=True)
    mux_playback_id = fields.String(required=True, allow_none=True)
    playback = fields.Nested(PlaybackSchema, required=True, allow_none=True)
    progress = fields.Nested(
        ResumeSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null if not enrolled"},
    )
