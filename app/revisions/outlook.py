"""What a new wording would do, before anybody publishes it: what changes, and where every passage would stand."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import and_, func, literal, select, union_all

from app.db import Reader
from app.errors import NotFound
from app.essays.canonical import parse_essay
from app.essays.commands import RevisionLike
from app.essays.selectors import describe, first_words, last_words
from app.markdown import clean_text
from app.models import Annotation, Argument, Citation, EssayRevision, Paragraph, PlacementState
from app.models.argument import LISTED
from app.revisions.commands import decide
from app.revisions.following import Outcome, Standing
from app.revisions.paragraph_difference import ComparedParagraph, compare_paragraphs
from app.revisions.places import Places
from app.revisions.standings import load_ground

LINES_SHOWN = 200  # Of each state on the review page: nobody reads more before publishing.


class Wording(NamedTuple):
    """A revision as it was written."""

    debate_id: int
    id: int
    number: int
    markdown: str
    text: str


@dataclass(frozen=True, slots=True)
class Pointed:
    """How much points at a passage."""

    argument_count: int = 0
    annotation_count: int = 0

    @property
    def total(self) -> int:
        return self.argument_count + self.annotation_count


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What becomes of a passage: the words that were marked, and those on which it would stand, in their context."""

    standing: Standing
    outcome: Outcome
    pointed: Pointed
    before: str
    here: str
    after: str
    is_earlier: bool  # On the newest revision it stands as it would then: the wording changes nothing of it.

    @property
    def state(self) -> PlacementState:
        return self.outcome.anchor.state


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Those of one state: first what the wording would bring about, then what was so before it."""

    state: PlacementState
    pointer_count: int
    new_count: int
    earlier_count: int
    new_lines: Sequence[OutcomeLine]
    earlier_lines: Sequence[OutcomeLine]

    @property
    def passage_count(self) -> int:
        return self.new_count + self.earlier_count


@dataclass(frozen=True, slots=True)
class Outlook:
    """`is_unchanged`: the newest revision has this text already, sign by sign."""

    newest: Wording
    is_unchanged: bool
    paragraphs: Sequence[ComparedParagraph]
    groups: Sequence[OutcomeGroup]

    @property
    def earlier(self) -> Sequence[OutcomeGroup]:
        """Of what was so before, that which hosts may want to mend."""
        return [group for group in self.groups if group.earlier_count and group.state != PlacementState.EXACT]


async def look_ahead(db: Reader, debate_id: int, markdown: str, places: Places) -> Outlook:
    """A fixed number of statements. ValueError where the text is beyond a limit."""
    newest, ground = await load_newest_wording(db, debate_id), await load_ground(db, debate_id)
    pointed, old = await load_pointed(db, debate_id), await load_paragraph_texts(db, newest)

    def compare() -> Outlook:
        parsed = parse_essay(markdown)
        outcomes = decide(parsed.text, ground, places, None)
        paragraphs = compare_paragraphs(old, tuple(parsed.text[block.start : block.end] for block in parsed.blocks))
        groups = group_outcomes(newest, parsed.text, zip(ground.standings, outcomes, strict=True), pointed)
        return Outlook(newest, is_same_text(markdown, newest.markdown), paragraphs, groups)

    return await asyncio.to_thread(compare)


def is_same_text(markdown: str, other: str) -> bool:
    """But for what a form or an editor changes on the way: line ends, empty lines at both ends, composed characters."""
    return clean_text(markdown) == clean_text(other)


async def load_newest_wording(db: Reader, debate_id: int) -> Wording:
    columns = (EssayRevision.debate_id, EssayRevision.id, EssayRevision.number, EssayRevision.markdown)
    statement = select(*columns, EssayRevision.text).where(EssayRevision.debate_id == debate_id)
    row = (await db.execute(statement.order_by(EssayRevision.id.desc()).limit(1))).one_or_none()
    if row is None:
        raise NotFound("This debate has no essay yet.")
    return Wording._make(row)


async def load_paragraph_texts(db: Reader, revision: RevisionLike) -> tuple[str, ...]:
    statement = select(Paragraph.start, Paragraph.end).filter_by(debate_id=revision.debate_id, revision_id=revision.id)
    rows = await db.execute(statement.order_by(Paragraph.number))
    return tuple(revision.text[start:end] for start, end in rows)


def group_outcomes(
    newest: Wording, text: str, outcomes: Iterable[tuple[Standing, Outcome]], pointed: Mapping[int, Pointed]
) -> list[OutcomeGroup]:
    """By state, the worst first, in the order of the essay; passages at which nothing points any more are left out."""
    by_state: dict[PlacementState, list[_Pointed]] = {state: [] for state in reversed(PlacementState)}
    for standing, outcome in sorted(outcomes, key=lambda one: (one[0].last_start, one[0].last_end)):
        if (count := pointed.get(standing.passage_id)) is not None:
            is_earlier = stands_as_before(newest, text, standing, outcome)
            by_state[outcome.anchor.state].append(_Pointed(standing, outcome, count, is_earlier))
    return [_group(text, state, some) for state, some in by_state.items()]


class _Pointed(NamedTuple):
    standing: Standing
    outcome: Outcome
    pointed: Pointed
    is_earlier: bool


def stands_as_before(newest: Wording, text: str, standing: Standing, outcome: Outcome) -> bool:
    """Whether it is as on the newest revision: in the same state, and, unless it stands nowhere, on the same words.

    Unchanged words that the new wording moves are in a state of their own.
    """
    place = outcome.anchor.place
    if standing.state != outcome.anchor.state or place is None:
        return standing.state == outcome.anchor.state
    if standing.state == PlacementState.MOVED:
        return place.start == standing.last_start
    return text[place.start : place.end] == newest.text[standing.last_start : standing.last_end]


def _group(text: str, state: PlacementState, some: Sequence[_Pointed]) -> OutcomeGroup:
    new, earlier = ([one for one in some if one.is_earlier == is_earlier] for is_earlier in (False, True))
    return OutcomeGroup(
        state=state,
        pointer_count=sum(one.pointed.total for one in some),
        new_count=len(new),
        earlier_count=len(earlier),
        new_lines=[_line(text, one) for one in new[:LINES_SHOWN]],
        earlier_lines=[_line(text, one) for one in earlier[:LINES_SHOWN]],
    )


def _line(text: str, one: _Pointed) -> OutcomeLine:
    place = one.outcome.anchor.place
    if place is None:
        return OutcomeLine(one.standing, one.outcome, one.pointed, "", "", "", one.is_earlier)
    quote = describe(text, place.start, place.end).quote
    before, after = last_words(quote.prefix.rpartition("\n")[2]), first_words(quote.suffix.partition("\n")[0])
    here = text[place.start : place.end]
    return OutcomeLine(one.standing, one.outcome, one.pointed, before, here, after, one.is_earlier)


async def load_pointed(db: Reader, debate_id: int) -> dict[int, Pointed]:
    """What is listed, by passage; one statement."""
    citing = (
        select(Citation.passage_id, func.count().label("arguments"), literal(0).label("annotations"))
        .join(Argument, and_(Argument.debate_id == Citation.debate_id, Argument.id == Citation.argument_id))
        .where(Citation.debate_id == debate_id, LISTED)
        .group_by(Citation.passage_id)
    )
    annotating = (
        select(Annotation.passage_id, literal(0), func.count())
        .where(
            Annotation.debate_id == debate_id,
            Annotation.parent_id.is_(None),
            Annotation.hidden_by_id.is_(None),
            Annotation.withdrawn_at.is_(None),
        )
        .group_by(Annotation.passage_id)
    )
    both = union_all(citing, annotating).subquery()
    statement = select(both.c.passage_id, func.sum(both.c.arguments), func.sum(both.c.annotations))
    rows = await db.execute(statement.group_by(both.c.passage_id))
    return {id_: Pointed(int(arguments), int(annotations)) for id_, arguments, annotations in rows}
