"""The settings that a running `make run` leaves for `flask` commands."""

import fcntl
import json

import pytest

from courseapp import config


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """A .dev folder with the settings of a run."""
    monkeypatch.setattr(config, "DEV_ENVIRONMENT", tmp_path / "environment.json")
    monkeypatch.delenv("SECRET_KEYS", raising=False)
    config.DEV_ENVIRONMENT.write_text(json.dumps({"SECRET_KEYS": "of make run"}))
    (tmp_path / "lock").touch()
    return tmp_path


def test_they_count_while_it_runs(dev, monkeypatch):
    with (dev / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert config.environment()["SECRET_KEYS"] == "of make run"
        monkeypatch.setenv("SECRET_KEYS", "my own")
        assert config.environment()["SECRET_KEYS"] == "my own"


def test_a_run_that_was_killed_leaves_a_file_that_nobody_uses(dev):
    assert "SECRET_KEYS" not in config.environment()
    (dev / "lock").unlink()
    assert "SECRET_KEYS" not in config.environment()
