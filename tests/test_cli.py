"""The commands besides `serve`: what they say and how they end."""

import re
import signal
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.cli import main
from app.doctor.examination import STEPS
from tests.test_serve import SEED, sign_in

COMMANDS = ["serve", "worker", "migrate", "seed", "users", "doctor", "version"]
Answer = tuple[int, str, str]
Rejoinder = Callable[..., Answer]


@pytest.fixture
def rejoinder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Rejoinder]:
    """Runs a command in this process: its exit code, what it said and what went wrong."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}

    def run(*words: str, **values: str) -> Answer:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["rejoinder", *words])
        monkeypatch.setattr(sys, "stdin", StringIO())
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0), *capsys.readouterr()

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def on_database(rejoinder: Rejoinder, database_url: str) -> Rejoinder:
    return lambda *words: rejoinder(*words, REJOINDER_DATABASE_URL=database_url)


@pytest.fixture
def database(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=" ".join)
def test_every_command_explains_itself(rejoinder: Rejoinder, command: list[str]) -> None:
    code, out, error = rejoinder(*command, "--help")
    assert (code, error) == (0, "")
    assert "Usage: " in out


@pytest.mark.parametrize("words", [["bake"], ["serve", "--port", "70000"], ["seed"]], ids=" ".join)
def test_wrong_usage_has_code_2(rejoinder: Rejoinder, words: list[str]) -> None:
    code, _, error = rejoinder(*words)
    assert code == 2
    assert "Usage: " in error


def test_the_version_names_what_it_stands_on(rejoinder: Rejoinder) -> None:
    _, out, _ = rejoinder("version")
    assert re.match(r"Rejoinder \d+\.\d+", out)
    assert "PostgreSQL 18" in out


FAILURES: dict[str, tuple[list[str], dict[str, str], str]] = {
    "a setting of the wrong kind": (["doctor"], {"REJOINDER_SMTP_PORT": "many"}, "REJOINDER_SMTP_PORT: "),
    "a list that is no JSON": (["doctor"], {"REJOINDER_EXTRA_HOSTS": "a, b"}, "extra_hosts"),
    "another kind of database": (["doctor"], {"REJOINDER_DATABASE_URL": "mysql://x/y"}, "begin with postgresql://"),
    "no address": (["doctor"], {"REJOINDER_DATABASE_URL": "postgresql://[::1"}, "cannot be read"),
    "a database that is not there": (
        ["doctor"], {"REJOINDER_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x"}, "The database does not answer: "
    ),
    "a folder without a seed": (["seed", "/nowhere"], {}, "nowhere/debate.yaml, whole file: cannot be read"),
    "a data folder that cannot be made": (["doctor"], {"REJOINDER_DATA": "/dev/null/var"}, "cannot be made"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "values", "message"), FAILURES.values(), ids=FAILURES.keys())
def test_what_a_host_can_mend_is_said_in_a_line(
    rejoinder: Rejoinder, words: list[str], values: dict[str, str], message: str
) -> None:
    code, out, error = rejoinder(*words, **values)
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"rejoinder: .*{re.escape(message)}.*\n", error)
    assert "secret" not in error


def test_a_seed_is_loaded_once(on_database: Rejoinder, tmp_path: Path) -> None:
    assert "is loaded: 3 positions, 8 arguments.\n" in on_database("seed", str(SEED))[1]
    assert "is loaded and unchanged.\n" in on_database("seed", str(SEED))[1]
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in SEED.iterdir():
        (changed / file.name).write_text(file.read_text().replace("A meadow can be moved.", "Meadows can move."))
    assert "is brought up to date: 1 argument worded anew.\n" in on_database("seed", str(changed))[1]


def test_the_doctor_tells_mends_and_ends_accordingly(on_database: Rejoinder, database: psycopg.Connection[Any]) -> None:
    on_database("seed", str(SEED))
    assert on_database("doctor") == (0, f"{STEPS} of {STEPS} checks are all right.\n", "")
    database.execute("UPDATE debates SET vote_count = 7")
    code, out, _ = on_database("doctor")
    assert code == 1
    said = f"{STEPS - 1} of {STEPS} checks are all right."
    assert out == f"debates.vote_count: 1 differ\n  1: 7 kept, 0 counted\n{said}\n"
    assert on_database("doctor", "--fix")[0] == 0
    assert database.execute("SELECT vote_count FROM debates").fetchone() == (0,)


def test_migrations_go_up_down_and_are_checked(on_database: Rejoinder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_database("migrate", "--check")[0] == 0
    assert on_database("migrate", "--to", "20261122_02")[0] == 1  # Nobody confirms.
    assert on_database("migrate", "--to", "20261122_02", "--yes")[1].endswith("is at revision 20261122_02.\n")
    assert on_database("migrate", "--check")[0] == 1
    assert on_database("doctor")[2] == (
        "rejoinder: The database is not at this version's schema. Run: rejoinder migrate\n"
    )
    assert "Running upgrade 20261122_02 -> 20261122_03" in on_database("migrate")[1]
    assert on_database("migrate", "--check")[0] == 0
    assert "cannot be migrated" in on_database("migrate", "--to", "nowhere")[2]


def test_roles_and_links_are_given_by_hand(on_database: Rejoinder, database: psycopg.Connection[Any]) -> None:
    sign_in(database)
    assert re.search(r"/become-administrator/\S{20,}\n", on_database("users", "invite-administrator")[1])
    assert re.search(r"/reset-password/\S{20,}\n", on_database("users", "reset-link", "Voter")[1])
    assert on_database("users", "role", "voter", "administrator")[0] == 0
    assert database.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    assert on_database("users", "list")[1].startswith("voter\tVoter\tadministrator\t")
    assert "There is an administrator" in on_database("users", "invite-administrator")[2]
    assert "Nobody has the user name nobody" in on_database("users", "role", "nobody", "member")[2]
    assert "is not a role" in on_database("users", "role", "voter", "king")[2]


def test_roles_are_given_in_one_debate(on_database: Rejoinder, database: psycopg.Connection[Any]) -> None:
    sign_in(database)
    assert "only these: none yet." in on_database("users", "role", "voter", "moderator", "--debate", "meadow")[2]
    on_database("seed", str(SEED))
    slug = database.execute("SELECT slug FROM debates").fetchone()[0]  # type: ignore[index]
    kinds = "SELECT r.kind FROM debate_roles r JOIN users u ON u.id = r.user_id WHERE u.username = 'voter'"
    for role in ("moderator", "host"):
        code, out, _ = on_database("users", "role", "Voter", role, "--debate", slug)
        assert (code, out) == (0, f"voter is {role} in the debate “{slug}” from now on, and has to sign in again.\n")
        assert database.execute(kinds).fetchall() == [(role,)]
        assert on_database("users", "list")[1].endswith(f"\t{role} of {slug}\n")
    assert database.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    assert database.execute("SELECT role FROM users WHERE username = 'voter'").fetchone() == ("member",)
    assert "is not a role in a debate" in on_database("users", "role", "voter", "administrator", "--debate", slug)[2]
    assert f"only these: {slug}." in on_database("users", "role", "voter", "moderator", "--debate", "nowhere")[2]
    assert on_database("users", "role", "voter", "member", "--debate", slug)[0] == 0
    assert database.execute(kinds).fetchall() == []


def test_a_role_given_by_hand_stands_in_the_log(on_database: Rejoinder, database: psycopg.Connection[Any]) -> None:
    """With the reason, where one was given; the role that somebody has already changes nothing."""
    sign_in(database)
    on_database("seed", str(SEED))
    slug = database.execute("SELECT slug FROM debates").fetchone()[0]  # type: ignore[index]
    in_debate = ("users", "role", "voter", "host", "--debate", slug)
    assert on_database("users", "role", "voter", "member")[1] == "voter is member already: nothing was changed.\n"
    assert database.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    assert database.execute("SELECT count(*) FROM log_entries").fetchone() == (0,)
    assert on_database("users", "role", "voter", "moderator", "--because", " Knows the rules. ")[0] == 0
    assert on_database(*in_debate)[0] == 0
    said = f"voter is host in the debate “{slug}” already: nothing was changed.\n"
    assert on_database(*in_debate)[:2] == (0, said)
    entries = "SELECT moderator_name, action, debate_slug, item->>'from', item->>'to', explanation FROM log_entries"
    by = "The operator of this site"
    assert database.execute(f"{entries} ORDER BY number").fetchall() == [
        (by, "change_role", None, "member", "moderator", "Knows the rules."),
        (by, "change_role", slug, None, "host", "No reason was given."),
    ]
    assert database.execute("SELECT unread_count FROM users WHERE username = 'voter'").fetchone() == (2,)
    code, out, _ = on_database("log", "verify")
    assert (code, out.partition("\n")[0]) == (0, "2 entries are as they were written.")


def test_votes_that_look_arranged_are_listed(on_database: Rejoinder, database: psycopg.Connection[Any]) -> None:
    """The member agrees at once with six arguments of one author, who wrote few of all."""
    sign_in(database)
    on_database("seed", str(SEED))
    slug = database.execute("SELECT slug FROM debates").fetchone()[0]  # type: ignore[index]
    assert on_database("debates", "rings", slug)[1:] == ("", "Nobody in this debate shows two of the signs.\n")
    database.execute("INSERT INTO users (username, display_name, password_hash) VALUES ('writer', 'Writer', '')")
    database.execute("""
        INSERT INTO arguments (debate_id, depth, position_id, origin, author_id, claim, grounds_markdown, grounds_html)
        SELECT debate_id, 0, min(positions.id), 'person', users.id, 'Claim ' || n, 'Why.', '<p>Why.</p>'
        FROM positions, users, generate_series(1, 6) n WHERE username = 'writer' GROUP BY debate_id, users.id, n
    """)
    database.execute("""
        INSERT INTO votes (debate_id, user_id, argument_id, value)
        SELECT debate_id, users.id, arguments.id, 'agree' FROM arguments, users
        WHERE claim LIKE 'Claim %' AND username = 'voter'
    """)
    assert on_database("debates", "rings", slug)[1:] == ("writer\tvoter\t6\t100%\t0\t6\t\n", "")
