"""Brings in annotations from a file: of another site, of another program, or of this one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.anchoring import Anchorer
from app.annotations.counters import count_annotation
from app.annotations.protocol.filling import annotation_form, reply_form
from app.annotations.protocol.incoming import SentAnnotation, read_annotation
from app.annotations.protocol.known import Known, KnownAnnotation, Said, load_known
from app.annotations.protocol.places import Places
from app.annotations.protocol.placing import place_targets
from app.annotations.protocol.problems import Problem, Way
from app.annotations.revisions import keep_wording
from app.db import touch_debate
from app.essays.commands import find_or_make_passage
from app.essays.queries import Revision, load_revision
from app.markdown import render_markdown
from app.models import Annotation, AnnotationKind

IMPORT_LOCK = 7_263_005  # With the debate's id an advisory lock: two imports take turns, and see what is known.
ANY_KEY = "0" * 8  # Imports are recognised by what they are called and what they say, not by a form's key.
PART_ONLY = "The file holds only a part of the collection: it continues at another address. Export all of it into one."
NOT_HERE = "It answers an annotation that is neither in the file nor in the debate."


@dataclass(frozen=True, slots=True)
class Refused:
    """An annotation of the file, by its place in it and by what it is called, and what is wrong with it."""

    name: str
    reason: str


@dataclass(slots=True)
class Imported:
    added: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


def find_items(document: object) -> list[tuple[Way, object]]:
    """The annotations of a collection with its pages inside, of a page, of a list, or the one that stands alone.

    Raises Problem if the file does not hold all of its collection.
    """
    if isinstance(document, list):
        return [((index,), item) for index, item in enumerate(document)]
    if not isinstance(document, dict):
        raise Problem((), "The file holds neither a collection nor an annotation.")
    page, way = (document["first"], ("first",)) if "first" in document else (document, ())
    if not isinstance(page, dict) or "next" in page:
        raise Problem(way, PART_ONLY)
    if "items" in page:
        items = page["items"] if isinstance(page["items"], list) else [page["items"]]
        return [((*way, "items", index), item) for index, item in enumerate(items)]
    is_empty = document.get("total") == 0
    return [] if is_empty else [((), document)]


async def import_annotations(
    db: AsyncSession,
    debate_id: int,
    importer_id: int,
    places: Places,
    items: Sequence[tuple[Way, object]],
    advance: Callable[[], object] = lambda: None,
) -> Imported:
    """Add those that are not known. Replies come after what they answer, whatever the order of the file."""
    await _take_turn(db, debate_id)
    revision = await load_revision(db, debate_id)
    known = await load_known(db, debate_id, places)
    work = _Import(db, importer_id, revision, Anchorer(revision.text), known)
    for name, sent in _in_order(work.done, items):
        try:
            await work.bring_in(sent)
        except Problem as problem:
            work.done.refused.append(Refused(name, _sentence(problem)))
        advance()
    if work.done.added:
        touch_debate(db, debate_id)
    return work.done


async def _take_turn(db: AsyncSession, debate_id: int) -> None:
    """Looking for the places of thousands of passages takes longer than a page may."""
    for timeout in ("statement_timeout", "idle_in_transaction_session_timeout"):
        await db.execute(text(f"SET LOCAL {timeout} = 0"))
    key = {"lock": IMPORT_LOCK, "debate": debate_id}
    await db.execute(text("SELECT pg_advisory_xact_lock(:lock, hashint8(:debate))"), key)


def _in_order(done: Imported, items: Sequence[tuple[Way, object]]) -> Iterator[tuple[str, SentAnnotation]]:
    """First those that say where they stand in the text, then those that answer others."""
    answers: list[tuple[str, SentAnnotation]] = []
    for number, (way, item) in enumerate(items, start=1):
        name = _name(number, item)
        try:
            sent = read_annotation(item, way, needs_context=False)
        except Problem as problem:
            done.refused.append(Refused(name, _sentence(problem)))
            continue
        if any(target.quote for target in sent.targets):
            yield name, sent
        else:
            answers.append((name, sent))
    yield from answers


def _name(number: int, item: object) -> str:
    called = item.get("id") if isinstance(item, dict) else None
    return f"annotation {number}" + (f" ({called})" if isinstance(called, str) else "")


def _sentence(problem: Problem) -> str:
    return f"{problem.pointer}: {problem.reason}" if problem.pointer else problem.reason


@dataclass(frozen=True, slots=True)
class _Import:
    db: AsyncSession
    importer_id: int
    revision: Revision
    anchorer: Anchorer
    known: Known
    done: Imported = field(default_factory=Imported)

    async def bring_in(self, sent: SentAnnotation) -> None:
        if (same := self.known.find(sent)) is None:
            said, tags = await self._read(sent)
            same = self.known.said.get(said)
            if same is None:
                same = await self._add(sent, said, tags)
                self.done.added += 1
                self.known.remember(same, sent, said)
                return
        self.done.known += 1
        self.known.call(same, sent)

    async def _read(self, sent: SentAnnotation) -> tuple[Said, list[str]]:
        """Where and what it says, held to the limits of the forms."""
        marked = [target for target in reversed(sent.targets) if target.quote]  # Ours name the newest wording last.
        if not marked:
            parent = self._parent(sent)
            body = reply_form(sent, ANY_KEY).body
            return Said(AnnotationKind.REPLY, parent.passage_id, parent.id, body, sent.creator or ""), []
        place = place_targets(self.anchorer, self.revision.text, marked)
        form = annotation_form(sent, self.revision.number, ANY_KEY)
        passage = await find_or_make_passage(self.db, self.revision, place.start, place.end)
        return Said(form.kind, passage.id, None, form.body, sent.creator or ""), form.tags

    def _parent(self, sent: SentAnnotation) -> KnownAnnotation:
        for target in sent.targets:
            if target.source and (parent := self.known.called(target.source)) is not None:
                return parent
        raise Problem(sent.targets[0].way, NOT_HERE)

    async def _add(self, sent: SentAnnotation, said: Said, tags: list[str]) -> KnownAnnotation:
        annotation = Annotation(
            debate_id=self.revision.debate_id,
            author_id=self.importer_id,
            kind=said.kind,
            passage_id=said.passage_id,
            parent_id=said.parent_id,
            body_markdown=said.body,
            body_html=render_markdown(said.body),
            tags=tags,
            source_iri=sent.came_from,
            canonical_iri=sent.canonical,
            source_creator=said.creator,
            source_created_at=sent.created,
        )
        self.db.add(annotation)
        await self.db.flush()
        keep_wording(self.db, annotation, 1, self.importer_id)
        await count_annotation(self.db, annotation, +1)
        return KnownAnnotation(annotation.id, said.passage_id)
