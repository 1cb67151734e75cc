"""What the README tells people to paste works."""

import json
import re
import subprocess

import live

from courseapp.config import CHECKOUT

JOURNEY = re.search(r"```bash\n(.*?)```", (CHECKOUT / "README.md").read_text(), re.S)[1]


def test_the_journey_works_when_pasted(app, environ, tmp_path):
    app.test_cli_runner().invoke(args=["seed", "demo"])
    with live.gunicorn(environ, tmp_path / "log") as (_, address):
        assert "http://127.0.0.1:8000" in JOURNEY
        script = JOURNEY.replace("http://127.0.0.1:8000", address)
        run = subprocess.run(
            ["bash", "-eu", "-o", "pipefail"],
            input=script,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert not [answer for answer in answers if "type" in answer], "a problem was answered"
    user, courses, enrollment, lesson, watched, course, finished, points = answers
    assert user["email"] == "test@example.com"
    assert courses["items"]
    assert enrollment["course_id"] == lesson["course_id"] == course["course_id"]
    assert watched["watched_seconds"] == 60
    assert not course["is_completed"]
    assert finished["is_completed"]
    assert points["total_points"] == 10


def test_every_file_that_the_pages_link_to_is_there():
    pages = (path for folder in (".", "docs/**", "sql") for path in CHECKOUT.glob(f"{folder}/*.md"))
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
