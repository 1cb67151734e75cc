"""`make explain`: servers of its own, whose data stay."""

import json

import pytest
from loaded import SMALL, options

from courseapp import devexplain
from courseapp.devprocess import ServerError

ONE = "enrollments.get_enrollment"


def test_it_loads_once_and_fails_on_another_plan(tmp_path, capfd, monkeypatch):
    folder, plans = tmp_path / "explain", tmp_path / "plans.json"

    def explain(*arguments):
        devexplain.run([ONE, "--runs", "0", *arguments], load=options(SMALL), folder=folder)

    urls = set()

    def noting(app, *command):
        urls.add((app.config["DATABASE_URL"], app.config["DATABASE_OWNER_URL"]))
        run_command(app, *command)

    run_command = devexplain.run_command
    monkeypatch.setattr(devexplain, "run_command", noting)
    explain("--save", str(plans))
    ((service, owner),) = urls
    assert ("//courseapp_app@" in service, "//courseapp@" in owner) == (True, True)
    assert "Load data added" in capfd.readouterr().out

    explain("--compare", str(plans))
    assert "The load data is there already" in capfd.readouterr().out

    document = json.loads(plans.read_text("utf-8"))
    document["queries"][ONE]["plans"][0]["shape"] = ["Seq Scan on enrollments"]
    plans.write_text(json.dumps(document), "utf-8")
    with pytest.raises(ServerError, match="flask db explain"):
        explain("--compare", str(plans))
    assert "-Seq Scan on enrollments" in capfd.readouterr().out
