"""Every text that a member can write and others can read is reached by a flag: a new column needs a line here."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import ARRAY, Enum, String, select

from app.db import Base
from app.models import AnnotationKind, Argument, MarkKind, ReviewMark, Source, SourceCitation, User
from tests.factories import make_annotation, make_credit
from tests.moderation.conftest import BrowserOf, Scene, make_source

# By columns: which flag reaches them.
SURFACES = {
    "arguments.claim": "arguments", "arguments.grounds_markdown": "arguments", "arguments.grounds_html": "arguments",
    "arguments.steelman": "arguments",  # The line that says back.
    "argument_revisions.claim": "arguments", "argument_revisions.grounds_markdown": "arguments",
    "argument_revisions.steelman": "arguments",
    "annotations.body_markdown": "annotations", "annotations.body_html": "annotations",  # Replies to them, too.
    "annotations.tags": "annotations", "annotations.source_iri": "annotations",
    "annotations.canonical_iri": "annotations", "annotations.source_creator": "annotations",
    "annotation_revisions.body_markdown": "annotations", "annotation_revisions.tags": "annotations",
    "credits.reason": "credits", "credit_revisions.reason": "credits",
    "sources.title": "sources", "sources.address": "sources",
    "source_citations.words": "arguments",  # The argument's author chose them.
    "review_marks.words": "marks",
    "users.username": "people", "users.display_name": "people",
}  # fmt: skip
# Tables with other texts, and why no flag is needed.
ELSEWHERE = {
    "by hosts, who answer for the debate": (
        "debates", "essays", "positions", "essay_revisions", "essay_drafts", "paragraphs", "passages", "placements",
    ),
    "by moderators: appeals and reports of mistakes reach it": ("decisions", "log_entries", "canned_reasons"),
    "seen by moderators alone": (
        "flags", "appeals", "cases", "case_notes", "log_reports", "watched_words", "watched_word_changes", "held_posts",
        "proposals",
    ),
    "seen by whom it is about and moderators alone": ("withheld_names",),
    "seen by its owner alone": (
        "access_tokens", "queue_views", "practice_answers", "mails", "one_time_links", "sessions", "users",
    ),
    "no text of people": (
        "log_heads", "rate_limit_hits", "search_words", "standing_runs", "reshapings", "vote_discounts",
    ),
}  # fmt: skip
NO_WORDS = {"idempotency_key", "seed_key"}
ITEMS = {"arguments", "annotations", "credits", "sources", "marks"}


def _texts() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, ARRAY) or (isinstance(column.type, String) and not isinstance(column.type, Enum))
    }


def test_each_column_of_text_is_reached_by_a_flag_or_says_why_not() -> None:
    quiet = {table for tables in ELSEWHERE.values() for table in tables}
    left = {
        text
        for text in _texts() - set(SURFACES)
        if text.partition(".")[0] not in quiet and text.partition(".")[2] not in NO_WORDS
    }
    assert left == set()
    assert set(SURFACES) <= _texts()
    assert set(SURFACES.values()) == ITEMS | {"people"}


async def _places(scene: Scene) -> dict[str, tuple[str, str]]:
    """By what it is: where its flag is, and words of it that the flag's form or its case shows."""
    db, author = scene.db, scene.cast["author"]
    answer = await make_annotation(
        db, scene.debate, author, "An *answer* to a note.", parent=scene.annotation, kind=AnnotationKind.REPLY
    )
    credit = await make_credit(db, scene.root, author)
    source = make_source(scene)
    db.add(source)
    scene.reply.steelman = "The mill is for those who live beside it."
    marked = {"debate_id": scene.debate.id, "argument_id": scene.reply.id, "marker_id": author.id}
    mark = ReviewMark(**marked, kind=MarkKind.UNCLEAR, words="Nobody but a fool says this.", slot=1)
    db.add(mark)
    await db.flush()
    place = {"debate_id": scene.debate.id, "argument_id": scene.reply.id, "source_id": source.id}
    db.add(SourceCitation(**place, words="Sold in autumn."))
    await db.commit()
    mill = "/debates/mill"
    return {
        "argument": (scene.reply_url, scene.reply.claim),
        "line that says back": (scene.reply_url, "The mill is for those who live beside it."),
        "words quoted from a source": (scene.reply_url, "Sold in autumn."),
        "note": (scene.annotation_url, "Xylophone"),
        "reply to a note": (f"{mill}/annotations/{answer.id}", "answer"),
        "credit": (f"{mill}/credits/{credit.id}", credit.reason),
        "source": (f"{mill}/sources/{source.id}", source.title),
        "mark": (f"{mill}/marks/{mark.id}", mark.words),
        "person": ("/people/author", author.display_name),
    }


KINDS = (
    "argument", "line that says back", "words quoted from a source", "note", "reply to a note", "credit", "source",
    "mark", "person",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_flag_of_it_leads_to_a_case_that_shows_it(scene: Scene, browser_of: BrowserOf, kind: str) -> None:
    url, words = (await _places(scene))[kind]
    reader = await browser_of(scene.cast["newcomer"])
    assert await _flag(reader, url) == 303
    case = await scene.open_case()
    page = await (await browser_of(scene.cast["site_moderator"])).get(f"/moderation/cases/{case.id}")
    assert page.status_code == 200
    assert words in page.text


async def _flag(browser: AsyncClient, url: str) -> int:
    assert (await browser.get(f"{url}/flag")).status_code == 200
    sent: dict[str, Any] = {"reason": "other", "words": "It attacks whoever reads it."}
    return (await browser.post(f"{url}/flag", data=sent)).status_code


async def test_list_of_places_is_complete(scene: Scene) -> None:
    assert set(await _places(scene)) == set(KINDS)
    assert len((await scene.db.scalars(select(Source))).all()) == 1
    assert {Argument.__tablename__, User.__tablename__} <= {text.partition(".")[0] for text in SURFACES}
