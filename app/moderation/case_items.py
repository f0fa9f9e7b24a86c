"""What a case is about, of whatever kind, as columns of one statement: an item of its debate, or a person."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, type_coerce

from app.markdown import clean_line, one_line
from app.models import Annotation, Argument, Case, Credit, ReviewMark, Source, User

SHOWN_OF_NOTE = 400  # Characters of a note's source in a list; its case has the whole.

ABOUT = (Case.argument_id, Case.annotation_id, Case.credit_id, Case.source_id, Case.mark_id)
CONCERNED_ID = func.coalesce(
    Argument.author_id, Annotation.author_id, Credit.user_id, Source.added_by_id, ReviewMark.marker_id, Case.person_id
)
HIDDEN_BY_ID = func.coalesce(
    Argument.hidden_by_id, Annotation.hidden_by_id, Credit.hidden_by_id, Source.hidden_by_id, ReviewMark.hidden_by_id
)  # fmt: skip
REMOVED_UNDER = func.coalesce(
    Argument.removed_under, Annotation.removed_under, Credit.removed_under, Source.removed_under,
    ReviewMark.removed_under,
)  # fmt: skip
EDIT_ASKED_ID = func.coalesce(
    Argument.edit_asked_id, Annotation.edit_asked_id, Credit.edit_asked_id, Source.edit_asked_id,
    ReviewMark.edit_asked_id,
)  # fmt: skip
WORD = func.coalesce(
    type_coerce(Annotation.kind, Text),
    case(
        (Case.credit_id.is_not(None), "credit"), (Case.source_id.is_not(None), "source"),
        (Case.mark_id.is_not(None), "mark"), (Case.debate_id.is_(None), "person"), else_="argument",
    ),
)  # fmt: skip
# Needs whom it concerns joined: of a person it is the name.
TEXT = func.coalesce(
    Argument.claim, func.left(Annotation.body_markdown, SHOWN_OF_NOTE), Credit.reason, Source.title,
    ReviewMark.words,
    case((Case.debate_id.is_(None), func.coalesce(User.display_name, "A former member"))), "",
)  # fmt: skip


def join_items(statement: Any) -> Any:
    """Outer joins, since a case is about one of them, or about none."""
    for kind, id in zip((Argument, Annotation, Credit, Source, ReviewMark), ABOUT, strict=True):
        statement = statement.outerjoin(kind, _is_item(kind, id))
    return statement


def _is_item(kind: Any, id: Any) -> ColumnElement[bool]:
    return and_(kind.debate_id == Case.debate_id, kind.id == id)


def show_text(word: str, text: str) -> str:
    """On one line, as lists show it."""
    if word in ("argument", "source", "person"):
        return text
    return clean_line(text) if word in ("credit", "mark") else one_line(text)
