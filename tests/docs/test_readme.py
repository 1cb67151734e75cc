"""What the README and the pages of docs/ tell people to paste works."""

import json
import os
import re
import subprocess
import sys

import live
import pytest

from courseapp.config import CHECKOUT
from courseapp.doctor import examine
from courseapp.learners_file import COLUMNS
from courseapp.metrics import METRICS
from courseapp.schemas.statistics import CourseStatisticsSchema, LessonStatisticsSchema


def block(page):
    """The commands of a page."""
    return re.search(r"```bash\n(.*?)```", (CHECKOUT / page).read_text("utf-8"), re.S)[1]


JOURNEY = block("README.md")
# What the other pages use of it: everything before its first comment.
FUNCTIONS = JOURNEY.partition("\n\n#")[0]


@pytest.fixture(scope="module")
def answers(app, environ, tmp_path_factory):
    """Paste commands, on demo data; every answer in order."""
    app.test_cli_runner().invoke(args=["seed", "demo"])
    folder = tmp_path_factory.mktemp("readme")
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    with (
        live.gunicorn(environ, folder / "log") as (_, address),
        subprocess.Popen(worker, cwd=CHECKOUT, env=os.environ | environ) as working,
    ):

        def paste(script):
            assert "http://127.0.0.1:8000" in script
            run = subprocess.run(
                ["bash", "-eu", "-o", "pipefail"],
                input=script.replace("http://127.0.0.1:8000", address),
                capture_output=True,
                text=True,
                timeout=60,
                cwd=folder,
            )
            assert run.returncode == 0, run.stderr
            found = [json.loads(line) for line in run.stdout.splitlines() if line]
            problems = [one for one in found if isinstance(one, dict) and "type" in one]
            assert not problems, "a problem was answered"
            return found

        paste.folder = folder
        yield paste
        working.terminate()


def test_the_journey_of_the_readme_works_when_pasted(answers):
    user, courses, enrollment, lesson, watched, course, finished, points, made = answers(JOURNEY)
    assert user["email"] == "test@example.com"
    assert courses["items"]
    assert enrollment["course_id"] == lesson["course_id"] == course["course_id"]
    assert watched["watched_seconds"] == 60
    assert not course["is_completed"]
    assert finished["is_completed"]
    badges = [achievement["code"] for achievement in finished["earned"]["achievements"]]
    assert badges == ["first_lesson"]
    assert points["total_points"] == finished["earned"]["points"] == 15
    assert (made["status"], made["learner_name"]) == ("ready", user["full_name"])
    assert (answers.folder / "certificate.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_the_page_about_points_works_when_pasted(answers):
    found = answers(f"{FUNCTIONS}\n{block('docs/gamification.md')}")
    _, rules, _, finished, mine, history, me, board, _, made, correction, again = found
    assert {rule["metric"] for rule in rules["items"]} <= set(METRICS)
    assert finished["earned"]["points"] > 0
    assert mine["total_points"] == finished["earned"]["total_points"]
    assert history["items"][-1]["points"]
    assert me["leaderboard_opt_in"]
    assert [place["user_id"] for place in board["items"]] == [me["id"]]
    assert made["metric"] == "lessons_completed"
    assert correction == again
    assert correction["points"] == 25


def test_the_page_about_numbers_works_when_pasted(answers, runner):
    assert "flask statistics refresh\n" in (CHECKOUT / "docs/statistics.md").read_text("utf-8")
    assert runner.invoke(args=["statistics", "refresh"]).exit_code == 0
    user, numbers, lines = answers(f"{FUNCTIONS}\n{block('docs/statistics.md')}")
    assert user["role"] == "instructor"
    assert 0 < numbers["active_30_days"] < numbers["enrolled"] == lines - 1
    assert any(sum(lesson["stops"] or [0]) for lesson in numbers["lessons"])


def test_the_page_about_numbers_names_all_of_them_and_every_column():
    page = (CHECKOUT / "docs/statistics.md").read_text("utf-8")
    assert ",".join(COLUMNS) in page
    named = set(re.findall(r"`(\w+)`", page))
    numbers = {*CourseStatisticsSchema().fields, *LessonStatisticsSchema().fields}
    assert numbers - {"course_id", "lesson_id", "module_id", "title", "is_published"} <= named


def test_the_page_about_making_courses_works_when_pasted(answers):
    found = answers(f"{FUNCTIONS}\n{block('docs/authoring.md')}")
    _, lesson, course, *published, shown, document = found
    assert lesson["points"] == 15
    assert [one["title"] for one in course["modules"][0]["lessons"]] == ["Hello", "Why SQL?"]
    assert [one["is_published"] for one in published[:2]] == [True, True]
    assert published[2]["published_at"]
    assert shown["items"][0]["title"] == document["title"] == "Żółw and SQL"
    assert document["modules"][0]["lessons"][1]["body"] == "Because it *lasts*."


def test_the_page_about_points_names_every_metric_and_counts_the_promises(conn):
    page = (CHECKOUT / "docs/gamification.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(\w+)` \| [a-z]", page, re.M)[-len(METRICS) :]) == METRICS
    assert f"against {len(list(examine(conn)))} promises" in page


def test_every_file_that_the_pages_link_to_is_there():
    pages = (path for folder in (".", "docs/**", "sql") for path in CHECKOUT.glob(f"{folder}/*.md"))
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
