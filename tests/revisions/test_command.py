# ruff: noqa: F401, F811  (fixtures of the tests of other commands)
"""`rejoinder essay revise`: a new revision from a file, after a look at what it would do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.test_cli import Rejoinder, database, on_database, rejoinder
from tests.test_serve import SEED

SLUG = "old-railway-yard"
QUOTE = "In June I counted eleven kinds of butterflies before the bell rang. 🦋"
GONE = (SEED / "essay.md").read_text().partition("\n> ")[2].partition("\n")[0]  # The paragraph with a quoted passage.


@pytest.fixture
def essay(on_database: Rejoinder, tmp_path: Path) -> Path:
    """A changed text of a loaded debate: one quoted sentence is gone."""
    on_database("seed", str(SEED))
    file = tmp_path / "essay.md"
    text = (SEED / "essay.md").read_text()
    file.write_text("A preface.\n\n" + text.replace(f"> {GONE}", "> Nobody had told the butterflies."))
    return file


@pytest.fixture
def revise(on_database: Rejoinder, essay: Path) -> Callable[..., Any]:
    return lambda *options: on_database("essay", "revise", SLUG, str(essay), *options)


@pytest.fixture
def count(database: psycopg.Connection[Any]) -> Callable[[], int]:
    def count() -> int:
        row = database.execute("SELECT max(number) FROM essay_revisions").fetchone()
        assert row
        return int(row[0])

    return count


def test_a_dry_run_says_what_would_happen_and_does_nothing(
    revise: Callable[..., Any], count: Callable[[], int]
) -> None:
    code, out, _ = revise("--dry-run")
    assert code == 0
    assert "Paragraphs: 0 changed, 0 moved, 2 new, 1 taken out," in out
    assert "orphan\t1\t0\t1\n" in out
    assert "“In June I counted eleven kinds" in out
    assert count() == 1


def test_it_asks_before_it_publishes(revise: Callable[..., Any], count: Callable[[], int]) -> None:
    code, out, _ = revise()
    assert code == 1
    assert "Publish it as revision 2?" in out
    assert count() == 1


def test_it_publishes_once_and_the_doctor_finds_nothing(
    revise: Callable[..., Any],
    on_database: Rejoinder,
    count: Callable[[], int],
) -> None:
    assert "Revision 2 is published.\n" in revise("--yes", "--note", "A preface.")[1]
    assert "nothing has changed" in revise("--yes")[1]
    assert count() == 2
    assert on_database("doctor")[0] == 0


def test_a_seed_waits_until_its_text_is_published_and_its_quotes_hold(
    revise: Callable[..., Any],
    on_database: Rejoinder,
    essay: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "debate.yaml").write_text((SEED / "debate.yaml").read_text())
    code, _, error = on_database("seed", str(tmp_path))
    assert code == 1
    assert f"rejoinder essay revise {SLUG}" in error
    revise("--yes")
    assert "does not hold the exact words" in on_database("seed", str(tmp_path))[2]
    assert "has the text of revision 1, and the essay has revision 2 by now" in on_database("seed", str(SEED))[2]
    mended = (SEED / "debate.yaml").read_text().replace(QUOTE, "told the butterflies")
    (tmp_path / "debate.yaml").write_text(mended)
    assert on_database("seed", str(tmp_path))[0] == 0
    assert on_database("doctor")[0] == 0


WRONG = {
    "no such file": (["missing.md"], "cannot be read"),
    "an empty one": (["empty.md"], "The essay has no text."),
    "not UTF-8": (["latin.md"], "is not written in UTF-8"),
    "a NUL": (["nul.md"], "cannot be stored"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_an_essay_is_refused(
    on_database: Rejoinder,
    essay: Path,
    tmp_path: Path,
    name: str,
) -> None:
    (tmp_path / "empty.md").write_text("\n\n")
    (tmp_path / "latin.md").write_bytes(b"\xe9t\xe9")
    (tmp_path / "nul.md").write_bytes(b"a\x00b")
    (file,), words = WRONG[name]
    code, _, error = on_database("essay", "revise", SLUG, str(tmp_path / file))
    assert code == 1
    assert words in error


def test_nobody_and_no_debate_by_that_name(revise: Callable[..., Any], on_database: Rejoinder, essay: Path) -> None:
    assert "Nobody has the user name noone." in revise("--yes", "--by", "noone")[2]
    assert "There is no debate" in on_database("essay", "revise", "mill", str(essay))[2]
