"""docs/INTERCHANGE.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TABLE = (ROOT / "docs" / "INTERCHANGE.md").read_text().partition("## Requirements")[2]


def test_every_requirement_has_a_test_that_exists() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    rows = re.findall(r"^\| (?!the )[^|]+ \| (`test_.+`) \|$", TABLE, re.MULTILINE)
    assert len(rows) > 30
    named = [name for row in rows for name in re.findall(r"`(test_\w+)`", row)]
    assert [name for name in named if f"def {name}(" not in tests] == []
