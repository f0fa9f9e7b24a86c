"""Laws of the house that a reader of a change would otherwise have to look for (docs/ARCHITECTURE.md says why)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
APP = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_FILE = 300
LONGEST_TEMPLATE = 80


def _lines(paths: list[Path], pattern: str) -> Iterator[str]:
    """Places that match, as file:line."""
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.search(pattern, line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def _besides(*names: str) -> list[Path]:
    return [path for path in APP if str(path.relative_to(ROOT / "app")) not in names]


def test_only_the_session_commits() -> None:
    assert not list(_lines(_besides("db.py", "schema.py"), r"\bdb\.commit\(|session\.commit\("))


def test_routes_hold_no_sql() -> None:
    routes = [path for path in APP if path.name.endswith("routes.py")]
    assert not list(_lines(routes, r"(?<!@router\.)\b(select|update|insert|delete|text)\("))


def test_headers_of_htmx_are_known_in_one_place() -> None:
    assert not list(_lines(_besides("web.py"), r"""["'](?i:hx-)[a-z-]+["']"""))


def test_commands_never_see_a_request() -> None:
    commands = [path for path in APP if path.name.endswith("commands.py")]
    assert not list(_lines(commands, r"\bRequest\b"))


def test_models_and_permissions_know_no_feature() -> None:
    ground = [*(ROOT / "app" / "models").glob("*.py"), *(ROOT / "app").glob("permission*.py")]
    features = [path.parent.name for path in ROOT.glob("app/*/routes.py")]
    assert not list(_lines(ground, rf"from app\.({'|'.join(features)})\b"))


def test_no_left_over_notes() -> None:
    assert not list(_lines([*APP, *TEMPLATES], r"\b(TODO|FIXME|XXX|HACK)\b"))


def test_browser_tests_wait_for_what_they_look_at() -> None:
    """With `expect`, or by waiting.py: on a slow machine a page comes later than the line that looks at it."""
    looks = (
        r"assert .*await .*\.(is_(visible|hidden|checked|enabled|disabled)|inner_text\(\) [!=]=|input_value\(\) [!=]=)"
    )
    pressed = r"\.keyboard\.press\("
    paths = [path for path in (ROOT / "tests" / "e2e").glob("*.py") if path.name != "waiting.py"]
    assert not list(_lines(paths, f"{looks}|{pressed}"))


def test_what_moderators_took_away_is_named_in_one_place() -> None:
    """Otherwise what they removed is called hidden somewhere."""
    named = [path for path in (*_besides("taken.py"), *TEMPLATES) if path.name != "_tombstone.html"]
    assert not list(
        _lines(named, r"^(?!.*\"{3}).*(that moderators have (hidden|removed)|[Aa] hidden (argument|source)\b.*[\"'])")
    )
    assert not list(_lines(named, r"[\"'](hidden|removed)[\"'] if [\w.]*removed_under"))


@pytest.mark.parametrize("path", APP, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_does_one_thing(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_is_short_and_safe(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_TEMPLATE
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style", text), "the security policy refuses it"
    unsafe = [use for use in re.findall(r"[^\s({]+\s*\|\s*safe", text) if not use.startswith(("'", '"'))]
    assert not [use for use in unsafe if not re.match(r""".*["']\s*\|\s*safe""", use)], "only literals are marked safe"
    assert "{% autoescape" not in text


def test_no_address_of_a_package_registry_or_machine() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("package*.json"), ROOT / "Makefile", ROOT / "Dockerfile"]
    assert not list(_lines(locks, r'"resolved"|--(extra-)?index-url|https?://[^ "]*(simple|registry)'))
