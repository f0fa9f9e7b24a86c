# ruff: noqa: F401, F811  (fixtures of the tests of other commands)
"""`rejoinder annotations`: out of a site into a file, and out of the file into a site."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.annotations.protocol.test_importing import NOTE, REPLY
from tests.test_cli import Rejoinder, database, on_database, rejoinder
from tests.test_serve import SEED

SLUG = "old-railway-yard"
Database = psycopg.Connection[Any]


def count(database: Database) -> int:
    row = database.execute("SELECT count(*) FROM annotations").fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def site(on_database: Rejoinder, database: Database) -> Rejoinder:
    """With the first debate, and a host of it."""
    assert on_database("seed", str(SEED))[0] == 0
    database.execute("INSERT INTO users (username, display_name, password_hash) VALUES ('host', 'Host', '')")
    database.execute("""
        INSERT INTO debate_roles (debate_id, user_id, kind) SELECT debates.id, users.id, 'host' FROM debates, users
    """)
    return on_database


@pytest.fixture
def file(database: Database, tmp_path: Path) -> Path:
    """A note on words of the debate's essay, and a reply to it."""
    row = database.execute("SELECT split_part(text, E'\\n', 1) FROM essay_revisions").fetchone()
    assert row is not None
    words = {"type": "TextQuoteSelector", "exact": row[0][:60]}
    path = tmp_path / "annotations.jsonld"
    path.write_text(json.dumps([NOTE | {"target": {"source": "x:y", "selector": words}}, REPLY]))
    return path


def test_a_file_comes_in_once_and_goes_out_again(
    site: Rejoinder,
    database: Database,
    file: Path,
    tmp_path: Path,
) -> None:
    assert site("annotations", "import", SLUG, str(file), "--dry-run")[:2] == (
        0, "2 would be added, 0 known already, 0 left out.\n"
    )  # fmt: skip
    assert count(database) == 0
    assert site("annotations", "import", SLUG, str(file))[:2] == (0, "2 were added, 0 known already, 0 left out.\n")
    assert site("annotations", "import", SLUG, str(file))[:2] == (0, "0 were added, 2 known already, 0 left out.\n")
    out = tmp_path / "out.jsonld"
    assert site("annotations", "export", SLUG, str(out))[:2] == (0, f"2 annotations written into {out}.\n")
    exported = json.loads(out.read_bytes())
    assert exported["total"] == 2
    assert [item["creator"]["name"] for item in exported["first"]["items"]] == ["Ada", "Bob"]
    assert list(tmp_path.glob("*.part")) == []
    assert site("doctor")[0] == 0


def test_one_that_cannot_come_in_is_named_and_stops_the_others(
    site: Rejoinder,
    database: Database,
    file: Path,
) -> None:
    items = [*json.loads(file.read_text()), NOTE | {"id": "x:3"}]
    file.write_text(json.dumps(items))
    code, out, error = site("annotations", "import", SLUG, str(file))
    assert (code, out, count(database)) == (1, "", 0)
    assert "annotation 3 (x:3): /2/target/selector: These words were not found" in error
    assert "--skip brings in the others" in error
    assert site("annotations", "import", SLUG, str(file), "--skip")[:2] == (
        0, "2 were added, 0 known already, 1 left out.\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "content", "problem"),
    [
        (["import", "no-debate"], "[]", "There is no debate “no-debate”"),
        (["import", SLUG], "{", "is no JSON"),
        (["import", SLUG], "7", "holds neither a collection nor an annotation"),
        (["import", SLUG, "--by", "nobody"], "[]", "Nobody has the user name nobody"),
    ],
)
def test_what_a_host_can_mend_is_said(
    site: Rejoinder, tmp_path: Path, words: list[str], content: str, problem: str
) -> None:
    (tmp_path / "file").write_text(content)
    code, _, error = site("annotations", *words[:2], str(tmp_path / "file"), *words[2:])
    assert code == 1
    assert problem in error


def test_without_a_host_somebody_has_to_answer_for_them(
    site: Rejoinder,
    database: Database,
    file: Path,
) -> None:
    database.execute("DELETE FROM debate_roles")
    assert "--by NAME" in site("annotations", "import", SLUG, str(file))[2]
    assert site("annotations", "import", SLUG, str(file), "--by", "host")[0] == 0
