"""Valid bodies of what authors send, for the tests that go through all operations."""

TITLE = {"title": "A title"}
DOCUMENT = {"format": "courseapp.course/1", "slug": "a-document", "title": "A title", "modules": []}
BODIES = {
    "create_course": TITLE,
    "update_course": TITLE,
    "create_module": TITLE,
    "update_module": TITLE,
    "create_lesson": TITLE,
    "update_lesson": TITLE,
    "import_course": DOCUMENT,
}


def outline(course):
    """The body that leaves the order of a course of one module as it is."""
    return {"modules": [{"id": course.module_id, "lessons": course.lesson_ids}]}
