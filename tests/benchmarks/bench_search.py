"""Search over a million arguments: how long a page takes, for rare and common words, phrases and mistyped ones.

The words are made up, the n-th a little rarer than the one before it, as in languages (Zipf's law).
"""

from itertools import accumulate, count
from random import Random
from urllib.parse import urlencode

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.benchmarks.debates import Crowd
from tests.benchmarks.load import get, measure, serving

ARGUMENTS = 1_000_000
DEBATES = 20
VOCABULARY = 30_000
AIM = 200  # Milliseconds, for 95 of 100 searches.
INDEXES = ("ix_arguments_claim", "ix_arguments_search")
COPY = """
COPY arguments (debate_id, position_id, origin, claim, grounds_markdown, grounds_html, strength) FROM STDIN
"""
PLACES = """
INSERT INTO debates (slug, title, motion, summary_markdown, summary_html)
SELECT 'search-' || n, 'Searched', 'Motion ' || n, '', '' FROM generate_series(1, %s) n RETURNING id
"""
POSITION = """
INSERT INTO positions (debate_id, number, key, name, summary_markdown, summary_html)
SELECT unnest(%s::bigint[]), 1, 'side', 'Side', '', '' RETURNING debate_id, id
"""


def _words() -> list[str]:
    random = Random(11)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(random.choices(syllables, k=random.choice((2, 3, 3, 4)))) + "x"] = None  # No word has an ending.
    return list(words)


@pytest.fixture(scope="module")
def words(bench_url: str, crowd: Crowd) -> list[str]:
    """The words, after a million arguments were written with them."""
    url = make_url(bench_url).set(drivername="postgresql").render_as_string(hide_password=False)
    words, random = _words(), Random(12)
    weights = list(accumulate(1 / (place + 10) for place in range(VOCABULARY)))
    with psycopg.connect(url, options="-c statement_timeout=0") as connection:
        debates = [row[0] for row in connection.execute(PLACES, [DEBATES])]
        places = connection.execute(POSITION, [debates]).fetchall()
        for trigger in ("arguments", "debates"):
            connection.execute(f"ALTER TABLE {trigger} DISABLE TRIGGER USER")
        for index in INDEXES:  # Sorted in by thousands, as for any load as large as this one.
            connection.execute(f"ALTER INDEX {index} SET (fastupdate = on)")
        with connection.cursor().copy(COPY) as copy:
            for _ in range(ARGUMENTS):
                said = random.choices(words, cum_weights=weights, k=28)
                grounds = " ".join(said[8:])
                copy.write_row((*random.choice(places), "essay", " ".join(said[:8]), grounds, f"<p>{grounds}</p>", 0.5))
        for trigger in ("arguments", "debates"):
            connection.execute(f"ALTER TABLE {trigger} ENABLE TRIGGER USER")
        for index in INDEXES:
            connection.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
        connection.cursor().executemany("INSERT INTO search_words (word) VALUES (%s)", [[word] for word in words])
    with psycopg.connect(url, options="-c statement_timeout=0", autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE arguments")
        connection.execute("ANALYZE search_words")
    return words


def test_search_among_a_million_arguments(bench_url: str, words: list[str]) -> None:
    cases = {
        "a common word": [{"q": word} for word in words[:20]],
        "a word of middle rank": [{"q": word} for word in words[300:320]],
        "a rare word": [{"q": word} for word in words[-20:]],
        "two words": [{"q": " ".join(words[n : n + 2])} for n in range(50, 70)],
        "two common words, not a third": [{"q": f"{words[n]} {words[n + 1]} -{words[n + 2]}"} for n in range(20)],
        "a phrase": [{"q": f'"{words[n]} {words[n + 1]}"'} for n in range(50, 70)],
        "a phrase of the commonest words": [{"q": f'"{words[n]} {words[n + 1]}"'} for n in range(5)],
        "a mistyped word": [{"q": _mistyped(word)} for word in words[200:220] if len(word) > 7],
        "in one debate": [{"q": word, "debate": "search-7"} for word in words[30:50]],
        "unanswered ones": [{"q": word, "unanswered": "yes"} for word in words[30:50]],
        "nothing": [{"q": f"qqwy{n}"} for n in range(20)],
    }
    print()
    # Each search comes from a network of its own, so that the limit for one network is not what is measured.
    settings = {"REJOINDER_DATABASE_URL": bench_url, "REJOINDER_TRUSTED_PROXIES": '["127.0.0.1"]'}
    networks = count(1)
    with serving("tests.benchmarks.limits:create_product", settings) as (port, pid):
        for name, searches in cases.items():
            requests = [
                get(f"/search?{urlencode(asked)}", port, X_Forwarded_For=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
                for asked, n in zip(searches * 50, networks, strict=False)
            ]
            measure(port, pid, requests, 1, 1.0)
            result = measure(port, pid, requests, 1, 2.0)
            assert not result.failures
            print(
                f"search among {ARGUMENTS:,} arguments, {name:<30} median {result.p50:>6.1f} ms, "
                f"p95 {result.p95:>6.1f} ms, {result.p95 / AIM:.2f} of the limit"
            )


def _mistyped(word: str) -> str:
    """Without its fourth letter."""
    return word[:3] + word[4:]
