"""Strict reading of hand-written YAML: text stays text, and what is wrong is named by file and entry."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import yaml

from app.interchange.seed import SeedError, suggestion
from app.markdown import clean_line, clean_text

KEY_MAX = 60  # Keys and slugs are part of addresses and messages; longer ones wrap.
KEY_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, which alone would let the second of two equal keys silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"“{key.value}” is given twice", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load_yaml(text: str, file: str) -> object:
    try:
        return yaml.load(text, _UniqueKeyLoader)  # noqa: S506 - a subclass of SafeLoader: plain values only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"the YAML cannot be read: {error.problem or error.context}."
        remedy = "Check the indentation there, and put text that holds “: ” or “ #” in quotes."
        raise SeedError(file, f"line {line}", problem, remedy) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SeedError(file, "whole file", f"the YAML cannot be read: {error}.", "See docs/SEEDS.md.") from error


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of the file, under the name that messages give it."""

    file: str
    name: str
    values: dict[str, object]

    @classmethod
    def of(cls, file: str, name: str, value: object, known: Sequence[str]) -> "Entry":
        if not isinstance(value, dict):
            raise SeedError(file, name, "is not a set of “name: value” lines.", f"Give it: {', '.join(known)}.")
        for key in value:
            if key not in known:
                raise SeedError(file, name, f"“{key}” is not known here.", suggestion(str(key), known))
        return cls(file, name, value)

    def refuse(self, problem: str, remedy: str) -> NoReturn:
        raise SeedError(self.file, self.name, problem, remedy)

    def line(self, key: str, longest: int, least: int = 1) -> str:
        """The text under `key` on one line, however it is folded in the file."""
        return clean_line(self.text(key, longest, least))

    def text(self, key: str, longest: int, least: int = 1) -> str:
        if self.values.get(key) is None:
            self.refuse(f"“{key}” is missing.", f"Add a line “{key}: …”.")
        text = self.checked(self.values[key], f"“{key}”", longest)
        if len(text) < least:
            self.refuse(f"“{key}” has {len(text)} characters.", f"Say it in at least {least}.")
        return text

    def checked(self, value: object, label: str, longest: int) -> str:
        """`value` as clean text; `label` names it in messages."""
        if not isinstance(value, str):
            self.refuse(f"{label} is read as {type(value).__name__}, not as text.", "Put it in quotes.")
        try:
            text = clean_text(value).strip()
        except ValueError as error:
            raise SeedError(self.file, self.name, f"{label} cannot be stored.", str(error)) from error
        if not text:
            self.refuse(f"{label} is empty.", "Fill it in.")
        if len(text) > longest:
            self.refuse(f"{label} has {len(text)} characters.", f"Shorten it to {longest}.")
        return text

    def key(self, name: str = "key") -> str:
        key = self.line(name, KEY_MAX)
        if not KEY_PATTERN.fullmatch(key):
            self.refuse(f"“{key}” cannot be a {name}.", "Use a-z, 0-9 and single hyphens between them.")
        return key

    def items(self, key: str, fewest: int, most: int) -> list[object]:
        items = self.values.get(key)
        if not isinstance(items, list):
            self.refuse(f"“{key}” is missing or not a list.", f"Write “{key}:” and below it one “- …” for each.")
        if not fewest <= len(items) <= most:
            self.refuse(f"“{key}” has {len(items)} entries.", f"Give {fewest} to {most}.")
        return items
