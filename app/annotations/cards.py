"""An annotation as lists show it: one row, one entry beside the text."""

import re
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

import nh3
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Select, and_, case, null, select

from app.models import Annotation, AnnotationKind, HouseRule, User

if TYPE_CHECKING:
    from app.annotations.notes import Note

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
    removed_under: HouseRule | None  # Of what moderators removed: by which rule.
    parent_id: int | None  # Of a reply.
    tags: list[str]
    reply_count: int
    edited_at: datetime | None
    resolved_at: datetime | None
    source_creator: str | None  # Who wrote it elsewhere; its author brought it in.

    @property
    def body(self) -> Markup:
        return Markup(self.body_html or "")  # noqa: S704  (sanitised at write)

    def open_in_margin(self, note: "Note", debate_url: str, characters: int) -> Markup:
        """The note of a passage for which this speaks, up to who wrote it: the element, its number, what shows while it
        is closed, and the beginning of what shows when it is opened."""
        kind = "Question" if self.kind == AnnotationKind.QUESTION else "Note"
        label = f"Resolved {kind.lower()}" if self.resolved_at else kind
        return Markup(  # noqa: S704  (escaped here)
            f'{note.opening}<details><summary id="annotation-{self.id}"><span class="note-words" dir="auto">'
            f'<span class="label">{label}</span> {escape(self.beginning(characters))}</span>{note.further}</summary>\n'
            f'<div class="note-entries">\n<p class="byline"><span>'
            f'<a href="{debate_url}/annotations/{self.id}">{kind}</a> by {self._author()}</span>'
        )

    @property
    def author(self) -> Markup:
        """The name, with the way to the person's page; of what was brought in, who wrote it elsewhere before that."""
        return Markup(self._author())  # noqa: S704  (escaped there)

    def _author(self) -> str:
        elsewhere, name = self.source_creator, "a former member"
        if self.author_username:
            name = f'<a href="/people/{escape(self.author_username)}">{escape(self.author_name)}</a>'
            name += " (simulated)" if self.is_simulated else ""
        if elsewhere is None:
            return name
        return f"<bdi>{escape(elsewhere or 'somebody elsewhere')}</bdi>, brought in by {name}"

    @property
    def has_aftermath(self) -> bool:
        return bool(self.withdrawn_at or self.resolved_at or self.reply_count)

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
            Annotation.removed_under,
            Annotation.parent_id, Annotation.tags, Annotation.reply_count, Annotation.edited_at, Annotation.resolved_at,
            Annotation.source_creator,
        )
        .select_from(Annotation)
        .outerjoin(User, User.id == Annotation.author_id)
    )  # fmt: skip
