"""A wheel of the project has all that it needs, and runs from an empty folder."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from types import SimpleNamespace

import live
import pytest
from conftest import SECRET_KEYS, database_url, temporary_database
from psycopg.conninfo import conninfo_to_dict

from courseapp.config import CHECKOUT

NOT_COPIED = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "tests", "docs")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The project's wheel, built from a copy of this checkout, because building leaves files."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(CHECKOUT, folder / "source", ignore=NOT_COPIED)
    argv = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps"]
    argv += ["--no-index", "--wheel-dir", folder, folder / "source"]
    subprocess.run(argv, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory, server_urls, service_login):
    """The wheel in an environment of its own, an empty folder, and settings with a new database."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "environment", symlinks=True)
    python = folder / "environment/bin/python"
    argv = [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet", "--no-deps"]
    subprocess.run([*argv, "--no-index", wheel], check=True)
    [packages] = (folder / "environment/lib").glob("python*/site-packages")
    # What the wheel depends on. Editable installs there do not count: their .pth is not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    # Another package may have this name; ours travels inside courseapp.
    (packages / "sql").mkdir()
    empty = folder / "empty"
    empty.mkdir()
    with temporary_database(server_urls["DATABASE_URL"]) as url:
        name = conninfo_to_dict(url)["dbname"]
        settings = {
            "APP_ENV": "development",
            "DATABASE_URL": database_url(url, name, **service_login),
            "DATABASE_OWNER_URL": url,
            "REDIS_URL": server_urls["REDIS_URL"],
            "SECRET_KEYS": SECRET_KEYS,
        }
        yield SimpleNamespace(python=python, packages=packages, empty=empty, settings=settings)


def run(installed, *arguments):
    """What `python <arguments>` says in the empty folder."""
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | installed.settings
    argv = [installed.python, *arguments]
    run = subprocess.run(argv, cwd=installed.empty, env=environ, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_it_has_every_query_and_migration(wheel):
    there = set(zipfile.ZipFile(wheel).namelist())
    files = [*CHECKOUT.glob("sql/**/*.sql"), *CHECKOUT.glob("migrations/**/*.sql")]
    assert {f"courseapp/{file.relative_to(CHECKOUT)}" for file in files} <= there


def test_it_has_every_module_and_its_data(wheel):
    there = set(zipfile.ZipFile(wheel).namelist())
    files = [
        *CHECKOUT.glob("courseapp/**/*.py"),
        *CHECKOUT.glob("courseapp/**/*.json"),
        *CHECKOUT.glob("courseapp/certificate_document/*.*"),
    ]
    assert {str(file.relative_to(CHECKOUT)) for file in files} <= there


def test_it_migrates_and_serves_from_an_empty_folder(installed, tmp_path):
    where = run(installed, "-c", "import courseapp.config as c; print(c.RESOURCES, c.CHECKOUT)")
    assert where.split() == [str(installed.packages / "courseapp"), "None"]
    flask = ("-m", "flask", "--app", "courseapp")
    assert "applied 0001_accounts" in run(installed, *flask, "db", "upgrade")
    assert "Demo data added: courses" in run(installed, *flask, "seed", "demo")

    config = installed.packages.parents[2] / "share/courseapp/gunicorn.conf.py"
    assert config.read_bytes() == (CHECKOUT / "gunicorn.conf.py").read_bytes()
    arguments = ["--config", config, "courseapp:create_app()"]
    served = {"python": installed.python, "arguments": arguments, "folder": installed.empty}
    with live.gunicorn(installed.settings, tmp_path / "log", **served) as (_, address):
        assert get(f"{address}/readyz") == b"ok\n"
        assert len(json.loads(get(f"{address}/api/v1/courses"))["items"]) > 10
        assert b"swagger" in get(f"{address}/docs").lower()
    assert list(installed.empty.iterdir()) == []


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()
