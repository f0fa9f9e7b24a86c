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
    WHERE (agree_count, disagree_count, pass_count) <> (votes.agree, votes.disagree, votes.pass)
"""


def test_votes_against_the_bare_upsert(bench_url: str, crowd: Crowd, tmp_path: Path) -> None:
    url = make_url(bench_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        debate, arguments, people = _places(connection)
        choices = list(product(range(1, len(people)), arguments, VALUES))
        Random(7).shuffle(choices)
        limits = {"LIMIT_DATABASE_URL": bench_url, "LIMIT_PAGES": str(tmp_path)}
        with (
            serving("tests.benchmarks.limits:create_product", {"REJOINDER_DATABASE_URL": bench_url}) as ours,
            serving("tests.benchmarks.limits:create_limits", limits) as limit,
        ):
            mine = [
                post(f"/debates/size-{SIZE}/arguments/{argument}/vote", ours[0], f"value={value}", **SCRIPT,
                     Cookie=f"session={crowd.tokens[person]}")
                for person, argument, value in choices[:20_000]
            ]  # fmt: skip
            bare = [
                post(f"/vote/{debate}/{argument}/{people[person]}/{value}", limit[0], "")
                for person, argument, value in choices[:20_000]
            ]
            for clients in (1, 16, 32):
                pair = compare(lambda c=clients: measure(*ours, mine, c), lambda c=clients: measure(*limit, bare, c))  # type: ignore[misc]
                show("vote, spread over 100 arguments", clients, *pair, "(aim: at least 0.6)")
        assert connection.execute(WRONG_COUNTS).fetchone() == (0,)


def _places(connection: psycopg.Connection) -> tuple[int, list[int], list[int]]:
    row = connection.execute("SELECT id FROM debates WHERE slug = %s", [f"size-{SIZE}"]).fetchone()
    assert row is not None
    statement = "SELECT id FROM arguments WHERE debate_id = %s ORDER BY id DESC LIMIT 100"
    arguments = [found[0] for found in connection.execute(statement, row)]
    people = [found[0] for found in connection.execute("SELECT id FROM users ORDER BY id")]
    return row[0], arguments, people
