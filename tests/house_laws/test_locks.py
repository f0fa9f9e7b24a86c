"""Every machine installs the same packages, from whichever mirror it has."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NEEDED = {
    "app.txt": PROJECT["project"]["dependencies"],
    **{f"{name}.txt": group for name, group in PROJECT["dependency-groups"].items()},
}


def names_in(lines: list[str]) -> set[str]:
    return {match[0].lower().replace("_", "-") for line in lines if (match := re.match(r"[A-Za-z0-9._-]+", line))}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_hashes_and_no_address(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert all("==" in package and "--hash=sha256:" in package for package in packages)
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_holds_everything_that_the_project_asks_for(lock: str) -> None:
    locked = names_in((ROOT / "requirements" / lock).read_text().splitlines())
    assert names_in(NEEDED[lock]) <= locked


def test_tools_and_application_share_their_releases() -> None:
    pins = [
        set(re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))
        for lock in ("app.txt", "dev.txt")
    ]
    assert pins[0] <= pins[1]


def test_the_front_end_lock_names_hashes_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert all("integrity" in package for package in packages.values())
    assert '"resolved"' not in text


def test_the_front_end_lock_is_in_step_with_what_the_project_asks_for() -> None:
    project = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert locked[kind] == project[kind]
