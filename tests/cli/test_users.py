"""`flask users create` and `flask users deactivate`."""

import threading
import time

import psycopg
import pytest

from courseapp.passwords import verify_password

PASSWORD = "correct horse battery"


@pytest.fixture
def create(runner):
    def run(email, *, role="learner", name="Ada Nowak", password=PASSWORD, options=()):
        arguments = ["users", "create", email, "--name", name, "--role", role, *options]
        return runner.invoke(args=[*arguments, "--password-stdin"], input=f"{password}\n")

    return run


def get_user(conn, email):
    row = conn.execute(
        "select id, role, full_name, password_hash, deactivated_at from users where email = %s",
        (email,),
    ).fetchone()
    assert row, f"no account {email}"
    return row


def open_session(conn, user_id):
    conn.execute(
        "insert into sessions (user_id, expires_at) values (%s, now() + interval '1 day')",
        (user_id,),
    )


def audit_entries(conn, user_id):
    return conn.execute(
        """
        select action, actor_id, target_type, details
        from audit_log
        where target_id = %s
        order by id
        """,
        (user_id,),
    ).fetchall()


@pytest.mark.parametrize("role", ["learner", "instructor", "admin"])
def test_create_makes_an_account_of_the_role_with_its_points_and_streak(conn, create, role):
    result = create(f"New.{role}@Example.com", role=role, name="Łucja Wójcik")
    assert result.exit_code == 0, result.output
    user_id, stored_role, name, password_hash, _ = get_user(conn, f"new.{role}@example.com")
    assert result.output == f"Created {role} new.{role}@example.com (id {user_id}).\n"
    assert (stored_role, name) == (role, "Łucja Wójcik")
    assert verify_password(PASSWORD, password_hash)
    for table in ("user_points", "user_streaks"):
        found = conn.execute(f"select count(*) from {table} where user_id = %s", (user_id,))
        assert found.fetchone() == (1,)
    assert audit_entries(conn, user_id) == [("user_created", None, "user", {"role": role})]


def test_create_asks_for_the_password_twice_and_does_not_show_it(conn, runner):
    result = runner.invoke(
        args=["users", "create", "asked@example.com", "--name", "Asked", "--role", "admin"],
        input=f"short\n{PASSWORD}\n{PASSWORD}\n",
    )
    assert result.exit_code == 0, result.output
    assert "password: Length must be between 8 and 128." in result.output
    assert PASSWORD not in result.output
    assert verify_password(PASSWORD, get_user(conn, "asked@example.com")[3])


def test_create_refuses_an_email_that_has_an_account(conn, create):
    assert create("taken@example.com").exit_code == 0
    before = get_user(conn, "taken@example.com")
    result = create("TAKEN@example.com", role="admin", name="Somebody Else")
    assert result.exit_code == 1
    assert "has an account already" in result.output
    assert get_user(conn, "taken@example.com") == before
    assert len(audit_entries(conn, before[0])) == 1


@pytest.mark.parametrize("email", ["nobody", "a b@example.com", "", "a@" + "b." * 126 + "com"])
def test_create_refuses_what_is_no_email(create, email):
    result = create(email)
    assert result.exit_code == 2
    assert "Error: email: " in result.output


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_create_refuses_a_password_too_short_or_too_long(conn, create, password):
    result = create("password@example.com", password=password)
    assert result.exit_code == 2
    assert "password: Length must be between 8 and 128." in result.output
    found = conn.execute("select count(*) from users where email = 'password@example.com'")
    assert found.fetchone() == (0,)


@pytest.mark.parametrize("password", ["12345678", "ż" * 128])
def test_create_takes_the_shortest_and_the_longest_password(conn, create, password):
    email = f"length{len(password)}@example.com"
    assert create(email, password=password).exit_code == 0
    assert verify_password(password, get_user(conn, email)[3])


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_create_refuses_an_empty_or_overlong_name(create, name):
    result = create("name@example.com", name=name)
    assert result.exit_code == 2
    assert "Error: full_name: " in result.output


def test_create_refuses_an_unknown_role(create):
    assert create("role@example.com", role="owner").exit_code == 2


def test_deactivate_stops_the_account_and_ends_its_sessions_only(conn, create, runner):
    create("leaver@example.com")
    create("stayer@example.com")
    leaver, stayer = (get_user(conn, f"{who}@example.com")[0] for who in ("leaver", "stayer"))
    for user_id in (leaver, leaver, stayer):
        open_session(conn, user_id)
    conn.execute(
        """
        insert into sessions (user_id, expires_at, revoked_at, revoked_reason)
        values (%s, now() + interval '1 day', now(), 'logout')
        """,
        (leaver,),
    )

    result = runner.invoke(args=["users", "deactivate", "Leaver@Example.com"])

    assert result.exit_code == 0, result.output
    assert result.output == "Deactivated Leaver@Example.com; sessions ended: 2.\n"
    assert get_user(conn, "leaver@example.com")[4] is not None
    assert get_user(conn, "stayer@example.com")[4] is None
    reasons = conn.execute(
        "select user_id, revoked_reason from sessions where user_id = any(%s) order by 1, id",
        ([leaver, stayer],),
    ).fetchall()
    assert reasons == [
        (leaver, "deactivation"),
        (leaver, "deactivation"),
        (leaver, "logout"),
        (stayer, None),
    ]
    assert audit_entries(conn, leaver)[1:] == [("user_deactivated", None, "user", {})]


def test_deactivate_again_says_so_and_changes_nothing(conn, create, runner):
    create("twice@example.com")
    runner.invoke(args=["users", "deactivate", "twice@example.com"])
    before = conn.execute("select * from users where email = 'twice@example.com'").fetchone()
    result = runner.invoke(args=["users", "deactivate", "twice@example.com"])
    assert result.exit_code == 0
    assert "was deactivated before" in result.output
    after = conn.execute("select * from users where email = 'twice@example.com'").fetchone()
    assert after == before
    assert len(audit_entries(conn, before[0])) == 2


def test_deactivate_refuses_an_unknown_email(runner):
    result = runner.invoke(args=["users", "deactivate", "unknown@example.com"])
    assert result.exit_code == 1
    assert "No account" in result.output


def test_deactivate_waits_for_a_login_and_ends_the_session_it_made(app, conn, create, runner):
    create("racer@example.com")
    user_id = get_user(conn, "racer@example.com")[0]
    results = []

    with psycopg.connect(app.config["DATABASE_URL"]) as login:
        login.execute("select from users where id = %s for share", (user_id,))
        deactivation = threading.Thread(
            target=lambda: results.append(
                runner.invoke(args=["users", "deactivate", "racer@example.com"])
            )
        )
        deactivation.start()
        waiting = """
            select count(*)
            from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
        """
        for _ in range(200):
            if conn.execute(waiting).fetchone() != (0,):
                break
            time.sleep(0.01)
        else:
            pytest.fail("the deactivation did not wait for the login")
        open_session(login, user_id)
        login.commit()
    deactivation.join(10)

    assert results[0].output == "Deactivated racer@example.com; sessions ended: 1.\n"
    live = conn.execute(
        "select count(*) from sessions where user_id = %s and revoked_at is null", (user_id,)
    )
    assert live.fetchone() == (0,)
