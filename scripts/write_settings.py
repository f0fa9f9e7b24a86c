"""Write the table of settings into docs/OPERATIONS.md from their descriptions in app/settings.py."""

import re
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pydantic import SecretStr  # noqa: E402
from pydantic.fields import FieldInfo  # noqa: E402

from app.settings import Settings  # noqa: E402

OPERATIONS = ROOT / "docs" / "OPERATIONS.md"
PLACE = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
WORDS = {bool: "true or false", int: "number", str: "text", SecretStr: "text", Path: "path"}


def settings_table() -> str:
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| variable | value | default | what for |", "|---|---|---|---|", *rows]) + "\n"


def _row(name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    shown = "none" if default in (None, []) else str(default).lower() if isinstance(default, bool) else str(default)
    return f"| `REJOINDER_{name.upper()}` | {_kind(field.annotation)} | {shown} | {field.description} |"


def _kind(annotation: Any) -> str:
    if isinstance(annotation, UnionType):
        (annotation,) = [part for part in get_args(annotation) if part is not NoneType]
    if get_origin(annotation) is Literal:
        return " or ".join(get_args(annotation))
    return "JSON list" if get_origin(annotation) is list else WORDS[annotation]


def with_table(text: str) -> str:
    return PLACE.sub(lambda place: place[1] + settings_table() + place[2], text)


if __name__ == "__main__":
    OPERATIONS.write_text(with_table(OPERATIONS.read_text()))
