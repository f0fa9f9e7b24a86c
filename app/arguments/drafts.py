"""An argument before it is posted. Preview and post are made from the same draft, so that they are alike."""

from dataclasses import dataclass, field

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.forms import ArgumentForm, EditForm, ReplyForm
from app.arguments.quoted import Quoted, Unclear, find_passage, find_words
from app.arguments.sources import SourceDraft, SourceProblem, draft_source
from app.arguments.writing import SideName, Target, WritingPage
from app.markdown import render_markdown
from app.models import Relation
from app.models.argument import ATTACKS

SIDES_OF_A_PAIR = 2  # With two positions, what speaks against the one speaks for the other.


@dataclass(frozen=True, slots=True)
class Draft:
    relation: Relation | None
    side: SideName | None  # That it speaks for.
    claim: str
    grounds: str
    steelman: str
    quoted: list[Quoted]
    source: SourceDraft | None
    idempotency_key: str

    @property
    def grounds_html(self) -> Markup:
        return Markup(render_markdown(self.grounds))  # noqa: S704  (sanitised there)


@dataclass(frozen=True, slots=True)
class NotClear:
    """What is wrong, by the form's fields, and the places of the essay to choose from."""

    errors: dict[str, str] = field(default_factory=dict)
    places: tuple[Quoted, ...] = ()


async def draft_argument(db: AsyncSession, page: WritingPage, form: ArgumentForm) -> Draft | NotClear:
    side = next((side for side in page.sides if side.key == form.position), None)
    if form.position and side is None:
        return NotClear({"position": "Choose one of these."})
    quoted = await _quoted(db, page.debate.id, form)
    if isinstance(quoted, NotClear):
        return quoted
    source = await draft_source(db, page.debate.id, form.source_title, form.source_address, form.source_words)
    if isinstance(source, SourceProblem):
        return NotClear({source.field: source.sentence})
    relation = form.relation if isinstance(form, ReplyForm) else None
    if relation is not None and page.target is not None:
        side = side_of_reply(relation, page.target, page.sides, side)
    return Draft(relation, side, form.claim, form.grounds, form.said_back, quoted, source, form.idempotency_key)


def draft_edit(target: Target, form: EditForm) -> Draft:
    """The argument as it will stand, but for its citations, which stay."""
    steelman = form.steelman if target.card.relation in ATTACKS else ""
    return Draft(target.card.relation, target.side, form.claim, form.grounds, steelman, [], None, "")


def side_of_reply(
    relation: Relation, target: Target, sides: list[SideName], chosen: SideName | None
) -> SideName | None:
    """A support speaks for what it supports; what attacks it, for the other one of two positions, or as chosen."""
    own = next((side for side in sides if side.id == target.position_id), None)
    if relation == Relation.SUPPORT:
        return own
    if len(sides) == SIDES_OF_A_PAIR:
        return next((side for side in sides if own is not None and side is not own), None)
    return chosen


async def _quoted(db: AsyncSession, debate_id: int, form: ArgumentForm) -> list[Quoted] | NotClear:
    """The passage that was handed over and the words that were typed; once, where they are the same."""
    found: dict[tuple[int, int], Quoted] = {}
    if form.quote:
        words = await find_words(db, debate_id, form.quote, form.place)
        if isinstance(words, Unclear):
            return NotClear({"quote": words.problem}, words.places)
        found[words.start, words.end] = words
    if form.passage is not None:
        passage = await find_passage(db, debate_id, form.passage)
        if passage is None:
            return NotClear({"passage": "The essay has no such passage. Quote its words instead."})
        found[passage.start, passage.end] = passage
    return [found[place] for place in sorted(found)]
