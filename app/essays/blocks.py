"""The canonical essay: one text, and the blocks and inline formats that lie over it.

Every offset counts Unicode code points of `CanonicalEssay.text`, end exclusive.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

BlockKind = Literal["heading", "paragraph", "quote", "item", "code"]
ContainerKind = Literal["quote", "ordered", "unordered"]
FormatTag = Literal["em", "strong", "code", "link"]


@dataclass(frozen=True, slots=True)
class Format:
    """An inline format over a range; `href` is set for links alone."""

    start: int
    end: int
    tag: FormatTag
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A quotation or list around a block. `number` tells containers of one essay apart.

    `item` is the ordinal of the list item that holds the block; 0 in a quotation.
    """

    kind: ContainerKind
    number: int
    item: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like unit. `formats` are nested, the outer one of two equal ranges first.

    `containers` lead from the outermost inwards. A thematic break has no text of its own: it is `rule_before`
    of the block that follows.
    """

    number: int
    kind: BlockKind
    start: int
    end: int
    level: int = 0
    containers: tuple[Container, ...] = ()
    formats: tuple[Format, ...] = ()
    rule_before: bool = False

    def to_json(self) -> dict[str, Any]:
        """The block as plain JSON values, for a JSONB column."""
        fields = asdict(self)
        return fields | {"containers": list(fields["containers"]), "formats": list(fields["formats"])}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "Block":
        nested = {
            "containers": tuple(Container(**container) for container in fields["containers"]),
            "formats": tuple(Format(**inline) for inline in fields["formats"]),
        }
        return cls(**(fields | nested))


@dataclass(frozen=True, slots=True)
class CanonicalEssay:
    """What is hashed, what offsets count in and what is rendered: the same text."""

    text: str
    sha256: str
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "sha256": self.sha256, "blocks": [block.to_json() for block in self.blocks]}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "CanonicalEssay":
        blocks = tuple(Block.from_json(block) for block in fields["blocks"])
        return cls(text=fields["text"], sha256=fields["sha256"], blocks=blocks)
