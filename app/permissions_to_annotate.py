"""Who may annotate an essay, and what may be done with a note: a part of app/permissions.py, by its length."""

from app.actor import Actor
from app.permission_parts import hosts, is_own, may_write, or_is_given_up, refuse_edit, say_gone
from app.permission_terms import SIGN_IN, AnnotationLike, DebateLike, EditableText, Permission, deny


def can_edit_annotation(actor: Actor, debate: DebateLike, annotation: EditableText) -> Permission:
    """Its words, kind and tags."""
    if not actor.is_signed_in:
        return SIGN_IN
    if not is_own(actor, annotation):
        return deny("Only its author can edit an annotation.")
    if (refusal := refuse_edit(annotation, "this")) is not None:
        return refusal
    if annotation.withdrawn_at is not None:
        return deny("You have withdrawn this: it stays as it was.")
    return or_is_given_up(may_write(actor, debate, "edit it"), annotation)


def can_move_annotation(actor: Actor, debate: DebateLike, annotation: AnnotationLike) -> Permission:
    """To other words of the essay. Where words stand that the essay has changed is for can_place_passage."""
    if annotation.parent_id is not None:
        return deny("A reply stands where the note or question stands that it answers.")
    return can_edit_annotation(actor, debate, annotation)


def can_reply_to_annotation(actor: Actor, debate: DebateLike, annotation: AnnotationLike) -> Permission:
    if annotation.parent_id is not None:
        return deny("This is a reply itself: answer the note or question that it stands under.")
    if annotation.hidden_by_id is not None:
        return deny(f"{say_gone(annotation, 'this')}, so it takes no replies.")
    if annotation.withdrawn_at is not None:
        return deny("Its author has withdrawn this: it keeps its replies and takes no new ones.")
    return may_write(actor, debate, "reply")


def can_resolve_annotation(actor: Actor, debate: DebateLike, annotation: AnnotationLike) -> Permission:
    """To mark a note or question as resolved, and to open it again."""
    if not actor.is_signed_in:
        return SIGN_IN
    if annotation.parent_id is not None:
        return deny("A reply is not resolved by itself: the note or question above it is.")
    if not (is_own(actor, annotation) or hosts(actor, annotation.debate_id)):
        return deny("Only its author and the hosts of this debate can do this.")
    if annotation.hidden_by_id is not None:
        return deny(f"{say_gone(annotation, 'this')}.")
    if annotation.withdrawn_at is not None:
        return deny("Its author has withdrawn this.")
    return may_write(actor, debate, "change this")
