"""The way of docs/OPERATIONS.md from a running site to a dump and from there to a new data folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli_server import ROOT, clear_away, connect, rejoinder, serving

SEED = ROOT / "tests" / "fixtures" / "three-positions"
RESTORE = ["pg_restore", "--dbname=rejoinder", "--single-transaction", "--no-owner", "--no-privileges"]


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    folders = (tmp_path / "var", tmp_path / "restored")
    for folder in folders:
        folder.mkdir()
    yield folders
    for folder in folders:
        clear_away(folder)


def test_a_dump_of_a_running_site_brings_everything_back(folders: tuple[Path, Path], tmp_path: Path) -> None:
    var, restored = folders
    dump = str(tmp_path / "backup.dump")
    with serving(var, "--seed", str(SEED)):
        answer = rejoinder("database", "pg_dump", "--format=custom", f"--file={dump}", REJOINDER_DATA=str(var))
        assert (answer.returncode, answer.stderr) == (0, "")
    for code in (0, 1):  # The second time it is not empty, and nothing is done to it.
        answer = rejoinder("database", *RESTORE, dump, REJOINDER_DATA=str(restored))
        assert answer.returncode == code, answer.stderr
    with serving(restored, "--seed", str(SEED)) as served, connect(restored) as database:
        assert "is loaded and unchanged" in served.said
        assert database.execute("SELECT count(*) FROM arguments").fetchone() == (8,)


def test_a_program_that_postgresql_does_not_have_is_refused(database_url: str) -> None:
    answer = rejoinder("database", "pg_nothing", REJOINDER_DATABASE_URL=database_url)
    assert answer.returncode == 1
    assert "no program “pg_nothing”" in answer.stderr


def test_its_exit_code_is_the_programs(database_url: str) -> None:
    good = rejoinder("database", "psql", "--command=SELECT 42", REJOINDER_DATABASE_URL=database_url)
    bad = rejoinder("database", "psql", "--command=SELEC", REJOINDER_DATABASE_URL=database_url)
    assert (good.returncode, bad.returncode) == (0, 1)
    assert "42" in good.stdout
