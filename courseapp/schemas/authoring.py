"""What authors send: courses, modules, lessons and their order."""

from marshmallow import fields, validate

from courseapp.schemas.base import Schema
from courseapp.schemas.values import MAX_ID, ShortList, WholeNumber, YesNo, not_blank

# So that nobody's sum of all lessons there may be leaves its column.
MAX_POINTS = 10_000
# Of a course, and of a module: what can still be put into order in one request.
MOST_MODULES, MOST_LESSONS = 200, 1000
_slug = (
    validate.Length(1, 120),
    # Never only digits: a path says either an id or a slug.
    validate.Regexp(r"^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*\Z"),
)


def title(**kwargs) -> fields.String:
    """Of a course, a module or a lesson."""
    return fields.String(validate=[validate.Length(1, 200), not_blank], **kwargs)


def slug(**kwargs) -> fields.String:
    """What a course's address can say instead of its id."""
    return fields.String(validate=_slug, metadata={"example": "sql-for-humans"}, **kwargs)


def _text(longest: int, **kwargs) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), **kwargs)


def _number(least: int, most: int, **kwargs) -> WholeNumber:
    return WholeNumber(validate=validate.Range(least, most), **kwargs)


def _not_sent(kind: str, value) -> dict:
    """What is taken for a field that is not sent.

    :param kind: `new`: `value`; `changes`: nothing, it stays as it is; `whole`: it has to be there
    """
    return {"new": {"load_default": value}, "changes": {}, "whole": {"required": True}}[kind]


def course_fields(kind: str) -> dict[str, fields.Field]:
    """Of a course; `kind` as in :func:`_not_sent`."""
    return {
        "title": title(required=kind != "changes"),
        "description": _text(20_000, metadata={"description": "Markdown"}, **_not_sent(kind, "")),
        "language": fields.String(
            validate=[
                # What BCP 47 asks a reader to have room for.
                validate.Length(max=35),
                validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z"),
            ],
            metadata={"example": "pl"},
            **_not_sent(kind, "en"),
        ),
        "completion_threshold": _number(
            1,
            100,
            metadata={"description": "Percentage at which a lesson is completed"},
            **_not_sent(kind, 95),
        ),
        "completion_points": _number(0, MAX_POINTS, **_not_sent(kind, 50)),
    }


def lesson_fields(kind: str) -> dict[str, fields.Field]:
    """Of a lesson; `kind` as in :func:`_not_sent`."""
    return {
        "title": title(required=kind != "changes"),
        "kind": fields.String(
            validate=validate.OneOf(["video", "text"]), **_not_sent(kind, "video")
        ),
        "body": _text(100_000, metadata={"description": "Markdown"}, **_not_sent(kind, "")),
        "duration_seconds": _number(1, 2**31 - 1, allow_none=True, **_not_sent(kind, None)),
        "mux_playback_id": fields.String(
            allow_none=True,
            validate=validate.Regexp(r"^[A-Za-z0-9]{1,255}\Z"),
            **_not_sent(kind, None),
        ),
        "is_preview": YesNo(metadata={"description": "Open to everyone"}, **_not_sent(kind, False)),
        "points": _number(0, MAX_POINTS, **_not_sent(kind, 10)),
    }


class NewCourseSchema(Schema.from_dict(course_fields("new"), name="NewCourseFields")):
    """A new course; without a slug it gets one from its title."""

    slug = slug(load_default=None, allow_none=False)


class CourseChangesSchema(Schema.from_dict(course_fields("changes"), name="CourseChangeFields")):
    """What to change of a course; what is not sent stays."""

    slug = slug()


class NewModuleSchema(Schema):
    """A new module, at the end of its course."""

    title = title(required=True)


class ModuleChangesSchema(Schema):
    """What to change of a module; what is not sent stays."""

    title = title()


class NewLessonSchema(Schema.from_dict(lesson_fields("new"), name="NewLessonFields")):
    """A new lesson, at the end of its module."""


class LessonChangesSchema(Schema.from_dict(lesson_fields("changes"), name="LessonChangeFields")):
    """What to change of a lesson; what is not sent stays."""


class InstructorEmailSchema(Schema):
    """Who shall teach a course, too."""

    email = fields.String(required=True, validate=[validate.Length(1, 254), not_blank])


def _id(**kwargs) -> WholeNumber:
    return _number(1, MAX_ID, **kwargs)


class OutlineModuleSchema(Schema):
    """A module and the lessons in it, in their new order."""

    id = _id(required=True)
    lessons = ShortList(_id(), MOST_LESSONS, required=True)


class OutlineSchema(Schema):
    """Every module and every lesson of a course, each once, in their new order."""

    modules = ShortList(fields.Nested(OutlineModuleSchema), MOST_MODULES, required=True)
