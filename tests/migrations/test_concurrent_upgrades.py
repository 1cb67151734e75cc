"""Several instances may migrate at once: one does, the others wait and find it done."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor

from courseapp import migrate

FORK = multiprocessing.get_context("fork")


def arrange(barrier):
    global together
    together = barrier


def upgrade_together(url, folder):
    together.wait(timeout=10)
    said = []
    return migrate.upgrade(url, folder, said.append), said


def upgrades_at_once(count, url, folder):
    barrier = FORK.Barrier(count)
    with ProcessPoolExecutor(count, FORK, arrange, (barrier,)) as pool:
        return list(pool.map(upgrade_together, [url] * count, [folder] * count, timeout=20))


def test_eight_processes_at_once_apply_each_migration_once(empty_database, connect):
    results = upgrades_at_once(8, empty_database, migrate.FOLDER)
    done = [names for names, _ in results if names]
    assert done == [list(migrate.MIGRATIONS)]
    assert migrate.pending(connect(empty_database)) == []


def test_an_index_is_built_concurrently_while_others_wait(empty_database, folder, connect):
    files = folder(
        **{
            "0001_table": "create table t as select generate_series(1, 1000) as id",
            "0002_index": """-- transactional: false
                set lock_timeout = 0;
                select pg_sleep(1.3);
                drop index concurrently if exists idx_t_id;
                create index concurrently idx_t_id on t (id);
            """,
            "0002_index.rollback": "drop index concurrently idx_t_id",
        }
    )
    results = upgrades_at_once(4, empty_database, files)
    assert sorted(len(names) for names, _ in results) == [0, 0, 0, 2]
    waited = [said for names, said in results if not names]
    assert waited == [["waiting for another migration run"]] * 3
    conn = connect(empty_database)
    valid = "select indisvalid from pg_index where indexrelid = 'idx_t_id'::regclass"
    assert conn.execute(valid).fetchone() == (True,)
    migrate.rollback(empty_database, ["0002_index"], files)
    assert conn.execute("select to_regclass('idx_t_id')").fetchone() == (None,)


def test_after_a_kill_amid_a_migration_the_next_run_carries_on(empty_database, folder, connect):
    files = folder(**{"0001_a": "create table a ()", "0002_b": "select pg_sleep(60)"})
    process = FORK.Process(target=migrate.upgrade, args=(empty_database, files, str))
    process.start()
    conn = connect(empty_database)
    asleep = """
        select 1 from pg_stat_activity
        where datname = current_database() and query ~ '^select pg_sleep'
    """
    while not conn.execute(asleep).fetchone():
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    files = folder(**{"0002_b": "create table b ()"})
    started = time.monotonic()
    assert migrate.upgrade(empty_database, files) == ["0002_b"]
    assert time.monotonic() - started < 5
