"""What programs do with annotations: the acts of people's forms, on documents instead of fields."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.annotations.anchoring import Anchorer
from app.annotations.commands import edit_annotation, post_annotation, post_annotation_reply
from app.annotations.protocol.documents import Json
from app.annotations.protocol.filling import annotation_form, reply_form
from app.annotations.protocol.incoming import SentAnnotation
from app.annotations.protocol.places import Places
from app.annotations.protocol.placing import place_targets
from app.annotations.protocol.problems import Problem, ServersOwn
from app.annotations.protocol.targets import SentTarget
from app.annotations.revisions import Wording
from app.essays.commands import find_or_make_passage
from app.essays.queries import Revision, load_revision
from app.essays.selectors import TextPosition
from app.models import Annotation, AnnotationKind
from app.targets import DebateHead


async def receive_annotation(
    db: AsyncSession, actor: Actor, debate: DebateHead, places: Places, sent: SentAnnotation, key: str
) -> Annotation:
    """The annotation that was made of it; the same words sent again give the one that there is."""
    assert actor.id is not None
    if (parent_id := _answered(sent, places)) is not None:
        annotation = await post_annotation_reply(db, actor, debate, parent_id, reply_form(sent, key))
    else:
        revision = await load_revision(db, debate.id)
        form = annotation_form(sent, revision.number, key)
        place = await _find_place(revision, sent.targets, places)
        annotation = await post_annotation(db, actor.id, revision, place, form)
    if annotation.idempotency_key == key:
        annotation.source_iri, annotation.canonical_iri = sent.came_from, sent.canonical
        await db.flush()
    return annotation


async def replace_annotation(
    db: AsyncSession, actor: Actor, annotation: Annotation, current: Json, places: Places, sent: SentAnnotation
) -> None:
    """The words, kind, tags and passage of a locked annotation, whose document has been `current` until now."""
    assert actor.id is not None
    _keep_names(annotation, sent, places)
    is_reply = annotation.kind == AnnotationKind.REPLY
    has_moved = sent.target_as_sent != current["target"]
    if has_moved and (is_reply or _answered(sent, places) is not None):
        raise ServersOwn(("target",), "What an annotation answers stays as it is. Withdraw it and post another one.")
    revision = await load_revision(db, annotation.debate_id)
    passage_id = annotation.passage_id
    if has_moved:
        place = await _find_place(revision, sent.targets, places)
        passage_id = (await find_or_make_passage(db, revision, place.start, place.end)).id
    if is_reply:
        wording = Wording(AnnotationKind.REPLY, passage_id, reply_form(sent, "0" * 8).body, [])
    else:
        form = annotation_form(sent, revision.number, "0" * 8)
        wording = Wording(form.kind, passage_id, form.body, form.tags)
    await edit_annotation(db, annotation, actor.id, wording)


def _keep_names(annotation: Annotation, sent: SentAnnotation, places: Places) -> None:
    """What an annotation is called is not for its editor to change; what is left out stays as it is."""
    own = places.annotation(annotation.id)
    names = (("id", sent.iri, own), ("canonical", sent.canonical, annotation.canonical_iri))
    for name, given, kept in (*names, ("via", sent.via, annotation.source_iri)):
        if given not in (None, kept):
            raise ServersOwn((name,), "This stays as it is.")


def _answered(sent: SentAnnotation, places: Places) -> int | None:
    """The annotation of this collection that it is a reply to."""
    links = (target.source for target in sent.targets if target.quote is None and target.source)
    return next((id for link in links if (id := places.annotation_id(link)) is not None), None)


async def _find_place(revision: Revision, targets: Sequence[SentTarget], places: Places) -> TextPosition:
    """In a thread: looking for changed words takes a while, and other requests need not wait."""
    own = [target for target in targets if target.quote is not None and places.is_essay(target.source or "")]
    if not own:
        way = targets[0].way
        raise Problem(way, f"This collection takes annotations of words of {places.essay}, and replies to them.")
    newest = places.revision(revision.number)
    own.sort(key=lambda target: target.source != newest)
    return await asyncio.to_thread(lambda: place_targets(Anchorer(revision.text), revision.text, own))
