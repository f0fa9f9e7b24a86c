"""docs/OPERATIONS.md says what the code does."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import typer

from app.cli import app

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "OPERATIONS.md").read_text()
COMMANDS = typer.main.get_group(app).commands


@pytest.fixture
def write_settings() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_settings", ROOT / "scripts" / "write_settings.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_every_setting_stands_in_the_table(write_settings: ModuleType) -> None:
    assert write_settings.with_table(OPERATIONS) == OPERATIONS, "Run: .venv/bin/python scripts/write_settings.py"


def test_every_setting_that_is_named_exists(write_settings: ModuleType) -> None:
    named = set(re.findall(r"REJOINDER_[A-Z_]+", OPERATIONS))
    assert named == {f"REJOINDER_{name.upper()}" for name in write_settings.Settings.model_fields}


def test_every_command_is_explained_and_exists() -> None:
    assert set(re.findall(r"^\| `rejoinder (\w+)", OPERATIONS, re.MULTILINE)) == set(COMMANDS)
    assert set(re.findall(r"(?:^|`|app )rejoinder ([a-z]+)", OPERATIONS, re.MULTILINE)) <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_its_options_and_parts_are_named_as_they_are(name: str) -> None:
    (line,) = re.findall(rf"^\| `rejoinder {name}\b(.*)$", OPERATIONS, re.MULTILINE)
    command = COMMANDS[name]
    parts = command.commands if isinstance(command, typer.core.TyperGroup) else {}
    assert set(re.findall(r"--[a-z-]+", line)) <= options_of([command, *parts.values()])
    if parts:
        assert {words.split()[0] for words in re.findall(r"`([a-z-]+[^`]*)`", line)} == set(parts)


def options_of(commands: list[typer.core.TyperCommand]) -> set[str]:
    return {
        option
        for command in commands
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
    }
