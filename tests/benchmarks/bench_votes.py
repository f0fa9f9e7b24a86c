"""Votes through HTTP, spread over arguments, from many browsers at once, against the bare upsert; then counted."""

from itertools import product
from pathlib import Path
from random import Random

import psycopg
from sqlalchemy.engine import make_url

from tests.benchmarks.debates import Crowd
from tests.benchmarks.load import measure, post, serving
from tests.benchmarks.report import compare, show

SIZE = 1_000
VALUES = ("agree", "disagree", "pass")
SCRIPT = {"HX_Request": "true", "HX_Request_Type": "partial"}
WRONG_COUNTS = """
    SELECT count(*) FROM arguments a LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE value = 'agree') AS agree, count(*) FILTER (WHERE value = 'disagree') AS disagree,
               count(*) FILTER (WHERE value = 'pass') AS pass
        FROM votes v WHERE v.debate_id = a.debate_id AND v.argument_id = a.id
    ) votes ON true
    WHERE a.id = ANY(%s) AND (agree_count, disagree_count, pass_count) <> (votes.agree, votes.disagree, votes.pass)
"""
Place = tuple[int, int]  # An argument and its author.


def test_votes_against_the_bare_upsert(bench_url: str, crowd: Crowd, tmp_path: Path) -> None:
    url = make_url(bench_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        debate, places, people = _places(connection)
        # The bare upsert has arguments of its own: it counts wrong when somebody's votes on one argument meet.
        our_choices, bare_choices = (_choices(places[start::2], people) for start in (0, 1))
        limits = {"LIMIT_DATABASE_URL": bench_url, "LIMIT_PAGES": str(tmp_path)}
        with (
            serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as ours,
            serving("tests.benchmarks.limits:create_limits", limits) as limit,
        ):
            mine = [
                post(f"/debates/size-{SIZE}/arguments/{argument}/vote", ours[0], f"value={value}", **SCRIPT,
                     Cookie=f"session={crowd.tokens[person]}")
                for person, argument, value in our_choices
            ]  # fmt: skip
            bare = [
                post(f"/vote/{debate}/{argument}/{people[person]}/{value}", limit[0], "")
                for person, argument, value in bare_choices
            ]
            for clients in (1, 16, 32):
                pair = compare(lambda c=clients: measure(*ours, mine, c), lambda c=clients: measure(*limit, bare, c))  # type: ignore[misc]
                show("vote, spread over 100 arguments", clients, *pair, "(aim: at least 0.6)")
        for start, whose in enumerate(("of ours", "of the bare upsert")):
            arguments = [argument for argument, _ in places[start::2]]
            wrong = connection.execute(WRONG_COUNTS, [arguments]).fetchone()
            print(f"arguments {whose} with a wrong count: {wrong[0] if wrong else '?'} of {len(arguments)}")
            assert start or wrong == (0,)


def _choices(places: list[Place], people: list[int]) -> list[tuple[int, int, str]]:
    """Votes in any order: the place of a person, an argument, and what is said of it."""
    choices = [
        (person, argument, value)
        for person, (argument, author), value in product(range(1, len(people)), places, VALUES)
        if people[person] != author  # Nobody votes on what they have written.
    ]
    Random(7).shuffle(choices)
    return choices[:20_000]


def _places(connection: psycopg.Connection) -> tuple[int, list[Place], list[int]]:
    """The debate, some arguments with their authors, and people."""
    row = connection.execute("SELECT id FROM debates WHERE slug = %s", [f"size-{SIZE}"]).fetchone()
    assert row is not None
    statement = "SELECT id, author_id FROM arguments WHERE debate_id = %s ORDER BY id DESC LIMIT 200"
    places = connection.execute(statement, row).fetchall()
    people = [found[0] for found in connection.execute("SELECT id FROM users ORDER BY id")]
    return row[0], places, people
