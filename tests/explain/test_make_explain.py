"""`make explain`: servers of its own, whose data stay."""

import json
from urllib.parse import urlsplit

import pytest
from loaded import SMALL, options

from courseapp import devexplain
from courseapp.devprocess import ServerError

ONE = "enrollments.get_enrollment"


def test_it_loads_once_and_fails_on_another_plan(tmp_path, capfd, monkeypatch):
    folder, plans = tmp_path / "explain", tmp_path / "plans.json"

    def explain(*arguments):
        devexplain.run([ONE, "--runs", "0", *arguments], load=options(SMALL), folder=folder)

    urls = []

    def noting(app, *command):
        urls.append((app.config["DATABASE_URL"], app.config["DATABASE_OWNER_URL"]))
        run_command(app, *command)

    run_command = devexplain.run_command
    monkeypatch.setattr(devexplain, "run_command", noting)
    explain("--save", str(plans))
    for service, owner in urls:
        assert ("//courseapp_app@" in service, "//courseapp@" in owner) == (True, True)
    # The data stay as they were loaded: what is measured is a copy.
    *_, loaded, measured = [urlsplit(owner).path for _, owner in urls]
    assert (loaded, measured) == ("/courseapp", "/courseapp_copy")
    assert "Load data added" in capfd.readouterr().out

    explain("--compare", str(plans))
    assert "The load data is there already" in capfd.readouterr().out

    document = json.loads(plans.read_text("utf-8"))
    document["queries"][ONE]["plans"][0]["shape"] = ["Seq Scan on enrollments"]
    plans.write_text(json.dumps(document), "utf-8")
    with pytest.raises(ServerError, match="flask db explain"):
        explain("--compare", str(plans))
    assert "-Seq Scan on enrollments" in capfd.readouterr().out
