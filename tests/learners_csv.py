"""Reading the file of the learners of a course."""

import csv
import io


def path(course):
    return f"/api/v1/courses/{course.id}/learners.csv"


def parsed(data):
    """A dictionary for each line."""
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
