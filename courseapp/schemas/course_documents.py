"""A whole course as one document."""

from marshmallow import ValidationError, fields, validate, validates_schema

from courseapp.schemas.authoring import (
    MOST_LESSONS,
    MOST_MODULES,
    course_fields,
    lesson_fields,
    slug,
    title,
)
from courseapp.schemas.base import Schema
from courseapp.schemas.values import ShortList, YesNo

FORMAT = "courseapp.course/1"


def _list(schema: type[Schema], longest: int) -> fields.List:
    return ShortList(fields.Nested(schema), longest, required=True)


class LessonExportSchema(Schema.from_dict(lesson_fields("whole"), name="LessonExportFields")):
    """A lesson of an export."""

    is_published = YesNo(required=True)


class ModuleExportSchema(Schema):
    """A module of an export."""

    title = title(required=True)
    lessons = _list(LessonExportSchema, MOST_LESSONS)


class _DocumentSchema(Schema):
    format = fields.String(required=True, validate=validate.OneOf([FORMAT]))
    slug = slug(required=True)


class CourseExportSchema(
    Schema.from_dict(course_fields("whole"), name="CourseExportFields"), _DocumentSchema
):
    """A whole course, without its people and whether it is published."""

    modules = _list(ModuleExportSchema, MOST_MODULES)


class LessonImportSchema(Schema.from_dict(lesson_fields("new"), name="LessonImportFields")):
    """A lesson of an import; what is not said is as for a new lesson."""

    is_published = YesNo(load_default=False)

    @validates_schema
    def check_published(self, lesson, **kwargs):
        """As for a lesson that its author publishes."""
        needed = "body" if lesson["kind"] == "text" else "mux_playback_id"
        if lesson["is_published"] and not (lesson[needed] or "").strip(" \t\n\v\f\r"):
            raise ValidationError(f"A published {lesson['kind']} lesson needs one.", needed)


class ModuleImportSchema(Schema):
    """A module of an import."""

    title = title(required=True)
    lessons = _list(LessonImportSchema, MOST_LESSONS)


class CourseImportSchema(
    Schema.from_dict(course_fields("new"), name="CourseImportFields"), _DocumentSchema
):
    """A whole course: an export, or one written by hand."""

    modules = _list(ModuleImportSchema, MOST_MODULES)
