"""Fills the forms that people send with what a program has sent, so that both are held to the same limits."""

from collections.abc import Mapping
from typing import TypeVar

from app.annotations.forms import AnnotationForm, AnnotationReplyForm
from app.annotations.protocol.incoming import SentAnnotation
from app.annotations.protocol.problems import Problem
from app.forms import Form, read_values

NO_TAGS = "A reply takes no tags: the note or question above it has them."
F = TypeVar("F", bound=Form)


def annotation_form(sent: SentAnnotation, revision_number: int, key: str) -> AnnotationForm:
    tags = ", ".join(sent.tags)
    fields = {"revision": str(revision_number), "kind": sent.kind, "body": sent.body, "tags": tags}
    return _fill(AnnotationForm, {**fields, "idempotency_key": key})


def reply_form(sent: SentAnnotation, key: str) -> AnnotationReplyForm:
    if sent.tags:
        raise Problem(("body",), NO_TAGS)
    return _fill(AnnotationReplyForm, {"body": sent.body, "idempotency_key": key})


def _fill(kind: type[F], fields: Mapping[str, str]) -> F:
    """The form that a person would have sent, with its limits."""
    form, errors = read_values(kind, {name: text for name, text in fields.items() if text})
    if form is None:
        name, sentence = next(iter(errors.items()))
        raise Problem((), f"Idempotency-Key: {sentence}") if name == "idempotency_key" else Problem(("body",), sentence)
    return form
