"""An annotation as lists show it: one row, one entry beside the text."""

import re
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

import nh3
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, case, null, select

from app.models import Annotation, AnnotationKind, User

EXCERPT_CHARACTERS = 200  # Beside the essay a longer note would push its neighbours out of sight of their words.

_PLAIN_TAG = re.compile(r"</?[a-z0-9]+>")


class AnnotationCard(NamedTuple):
    """A row of `select_annotation_cards()`. The body is missing when moderators have hidden the annotation."""

    id: int
    passage_id: int
    kind: AnnotationKind
    author_username: str | None
    author_name: str | None
    is_simulated: bool | None
    body_html: str | None
    created_at: datetime
    withdrawn_at: datetime | None
    hidden_by_id: int | None
    parent_id: int | None  # Of a reply.
    tags: list[str]
    reply_count: int
    edited_at: datetime | None
    resolved_at: datetime | None
    source_creator: str | None  # Who wrote it elsewhere; its author brought it in.

    @property
    def body(self) -> Markup:
        return Markup(self.body_html or "")  # noqa: S704  (sanitised at write)

    def beginning(self, characters: int) -> str:
        """The body as plain text; of a long one at most so many characters."""
        return beginning_of(self.body_html or "", characters)

    @property
    def excerpt(self) -> str:
        """The beginning of a long body as plain text; nothing if all of it fits."""
        if len(self.body_html or "") <= EXCERPT_CHARACTERS:
            return ""
        words = self.beginning(EXCERPT_CHARACTERS)
        return words if words.endswith(" …") else ""


def beginning_of(html: str, characters: int) -> str:
    words = " ".join(unescape(_strip(html)).split())
    beginning = words[:characters]
    return f"{beginning.rpartition(' ')[0] or beginning} …" if len(words) > characters else words


def _strip(html: str) -> str:
    """Without tags. Most have no attributes, and need no parser: in text a "<" is escaped."""
    stripped = _PLAIN_TAG.sub("", html)
    return nh3.clean(stripped, tags=set()) if "<" in stripped else stripped


def is_open_question() -> ColumnElement[bool]:
    """A question that nobody has answered, and that is not resolved in another way."""
    return and_(
        Annotation.kind == AnnotationKind.QUESTION, Annotation.reply_count == 0, Annotation.resolved_at.is_(None)
    )


def select_annotation_cards() -> Select[*tuple[Any, ...]]:
    """All columns of AnnotationCard, in order; callers add the conditions."""
    body = case((Annotation.hidden_by_id.is_(None), Annotation.body_html), else_=null())
    return (
        select(
            Annotation.id, Annotation.passage_id, Annotation.kind,
            User.username, User.display_name, User.is_simulated,
            body, Annotation.created_at, Annotation.withdrawn_at, Annotation.hidden_by_id,
            Annotation.parent_id, Annotation.tags, Annotation.reply_count, Annotation.edited_at, Annotation.resolved_at,
            Annotation.source_creator,
        )
        .select_from(Annotation)
        .outerjoin(User, User.id == Annotation.author_id)
    )  # fmt: skip
