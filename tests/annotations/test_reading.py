"""The essay with its marks and notes, a paragraph and a passage on their own."""

import re
from pathlib import Path

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.notes import LEAST_LINES
from app.annotations.queries import LINES_OF_FREE_NOTES, NOTES_ON_PAGE
from app.interchange.commands import load_seed
from app.interchange.seed_files import read_seed
from app.models import Annotation, Debate, Position
from tests.annotations.conftest import MILL, Mill, assert_sound
from tests.factories import cite, make_annotation, make_argument, make_debate, make_passage, make_user
from tests.statements import counted_statements

FIXTURE = Path(__file__).parent.parent / "fixtures" / "three-positions"


async def raise_version(mill: Mill) -> None:
    """What the commands of the application do at the commit."""
    mill.debate.version += 1
    await mill.db.commit()


async def copy_annotation(mill: Mill, annotation: Annotation, times: int) -> None:
    same = {name: getattr(annotation, name) for name in ("debate_id", "passage_id", "author_id", "kind")}
    texts = {"body_markdown": annotation.body_markdown, "body_html": annotation.body_html}
    mill.db.add_all(Annotation(**same, **texts) for _ in range(times))
    await mill.db.flush()


async def test_an_essay_without_notes_invites_the_first(client: AsyncClient, mill: Mill) -> None:
    answer = await client.get(f"{MILL}/essay")
    assert answer.status_code == 200
    assert "Nobody has marked a passage yet." in answer.text
    assert f"{MILL}/paragraphs/2/annotate" in answer.text
    assert "The river <em>needs</em> rest." in answer.text
    assert_sound(answer.text)


async def test_a_locked_debate_offers_no_pen(client: AsyncClient, db: AsyncSession) -> None:
    await make_debate(db, state="locked")
    await db.commit()
    answer = await client.get(f"{MILL}/essay")
    assert "/annotate" not in answer.text


async def test_arguments_and_annotations_stand_beside_their_words(client: AsyncClient, mill: Mill) -> None:
    side = (await mill.db.scalars(select(Position).where(Position.number == 2))).one()
    argument = await make_argument(mill.db, mill.debate, mill.author, position=side, claim="It feeds them.")
    passage = await make_passage(mill.db, mill.revision, "It feeds the town.")
    await cite(mill.db, argument, passage)
    await make_annotation(mill.db, mill.debate, mill.author, body="Who *counted*?")
    await raise_version(mill)
    page = (await client.get(f"{MILL}/essay")).text
    assert f'<mark class="passage" id="passage-{passage.id}" data-side="2"' in page
    assert f'href="#note-{passage.id}"' in page
    assert f'href="{MILL}/arguments/{argument.id}">Read the argument' in page
    assert "It feeds them.</span>" in page
    assert "Who counted?</span>" in page
    assert "1 argument<" in page
    assert "1 annotation<" in page
    assert_sound(page)


async def test_overlapping_passages_leave_the_page_well_formed(client: AsyncClient, mill: Mill) -> None:
    for exact in ("river needs rest. Nobody", "needs rest", "needs", "rest. Nobody has", "river", "The river needs"):
        await make_annotation(mill.db, mill.debate, mill.author, exact=exact)
    await raise_version(mill)
    assert_sound((await client.get(f"{MILL}/essay")).text)
    assert_sound((await client.get(f"{MILL}/paragraphs/2")).text)


async def test_numbers_follow_the_text_and_are_the_same_on_every_page(client: AsyncClient, mill: Mill) -> None:
    words = ("feeds the town", "The river needs rest.", "needs rest", "needs", "river needs rest. Nobody")
    notes = {exact: await make_annotation(mill.db, mill.debate, mill.author, exact=exact) for exact in words}
    notes["needs"].withdrawn_at = notes["needs"].created_at
    await raise_version(mill)
    essay, filtered, paragraph = [
        (await client.get(f"{MILL}/{path}")).text for path in ("essay", "essay?kind=note", "paragraphs/2")
    ]
    assert re.findall(r'data-number="(.)"', essay) == ["1", "2", "3", "4"]
    assert re.findall(r'data-number="(.)"', filtered) == ["1", "2", "3", "4"]
    assert re.findall(r'data-number="(.)"', paragraph) == ["–", "2", "3", "4"]
    assert f'href="{MILL}/paragraphs/2">All 3 on paragraph 2</a>' in essay
    for page, numbers in ((essay, "12"), (paragraph, "–234")):
        assert "".join(re.findall(r'back to its words">(.)', page)) == numbers


async def test_an_essay_with_headings_lists_quotations_and_other_scripts(client: AsyncClient, db: AsyncSession) -> None:
    await load_seed(db, read_seed(FIXTURE))
    debate = (await db.scalars(select(Debate))).one()
    for exact in (
        "депо, 車庫 and مستودع",
        "butterflies before the bell rang. 🦋",
        "homes for about two hundred people",
    ):
        await make_annotation(db, debate, await make_user(db), body="هل هذا صحيح؟ 👩‍👩‍👧", exact=exact)
    await db.commit()
    page = (await client.get("/debates/old-railway-yard/essay")).text
    assert_sound(page)
    assert "<blockquote>" in page
    assert '<h3 class="paragraph-text"' in page
    assert "هل هذا صحيح؟ 👩‍👩‍👧" in page


async def test_hidden_and_withdrawn_notes_leave_the_essay_but_their_address_still_leads_there(
    client: AsyncClient, mill: Mill
) -> None:
    annotation = await make_annotation(mill.db, mill.debate, mill.author, body="Xylophone")
    annotation.withdrawn_at = annotation.created_at
    await raise_version(mill)
    page = (await client.get(f"{MILL}/essay")).text
    assert "Xylophone" not in page
    assert "<mark" not in page.partition("<article")[2]
    assert f'<span id="passage-{annotation.passage_id}"' in page
    paragraph = (await client.get(f"{MILL}/paragraphs/1")).text
    assert "Xylophone" in paragraph
    assert "Withdrawn" in paragraph


async def test_a_crowded_paragraph_shows_some_and_leads_to_all(client: AsyncClient, mill: Mill) -> None:
    await copy_annotation(mill, await make_annotation(mill.db, mill.debate, mill.author), NOTES_ON_PAGE)
    await raise_version(mill)
    page = (await client.get(f"{MILL}/essay")).text
    assert page.count('id="annotation-') == LEAST_LINES // LINES_OF_FREE_NOTES
    assert "notes-more" not in page
    assert f"{NOTES_ON_PAGE} more on these words" in page
    assert_sound(page)
    passage = re.search(r'hx-get="([^"]+)"', page)
    assert passage
    more = (await client.get(passage[1], headers={"HX-Request": "true", "HX-Request-Type": "partial"})).text
    assert more.count("note-entry") == NOTES_ON_PAGE - 1  # The note begins with one of them already.
    assert "hx-get" not in (await client.get(f"{MILL}/essay?kind=note")).text
    first = (await client.get(f"{MILL}/paragraphs/1")).text
    second = (await client.get(f"{MILL}/paragraphs/1?page=2")).text
    assert first.count('id="annotation-') == NOTES_ON_PAGE
    assert second.count('id="annotation-') == 1
    assert_sound(first)
    assert_sound(second)
    assert (await client.get(f"{MILL}/paragraphs/1?page=3")).status_code == 404


async def test_a_passage_has_a_page_with_all_that_was_said_about_it(client: AsyncClient, mill: Mill) -> None:
    annotation = await make_annotation(mill.db, mill.debate, mill.author, body="All of it? " + "Really. " * 100)
    await raise_version(mill)
    page = (await client.get(f"{MILL}/passages/{annotation.passage_id}")).text
    assert "feeds the town</mark>" in page
    assert "Really. " * 90 in page
    assert f"{MILL}/arguments/new?passage={annotation.passage_id}" in page
    assert_sound(page)


async def test_a_passage_that_nothing_points_at_is_marked_all_the_same(client: AsyncClient, mill: Mill) -> None:
    passage = await make_passage(mill.db, mill.revision, "the town")
    await mill.db.commit()
    page = (await client.get(f"{MILL}/passages/{passage.id}")).text
    assert "the town</mark>" in page
    assert "nobody has left a note" in page


async def test_unknown_addresses_are_not_found(client: AsyncClient, mill: Mill) -> None:
    for path in ("paragraphs/3", "paragraphs/0", "paragraphs/x", "passages/99", f"passages/{2**63}", "annotations/99"):
        assert (await client.get(f"{MILL}/{path}")).status_code == 404
    assert (await client.get("/debates/nothing/essay")).status_code == 404


async def test_a_draft_is_not_there_for_visitors(client: AsyncClient, db: AsyncSession) -> None:
    debate = await make_debate(db, state="draft")
    annotation = await make_annotation(db, debate, await make_user(db))
    await db.commit()
    for path in ("essay", "paragraphs/1", f"passages/{annotation.passage_id}", f"annotations/{annotation.id}"):
        assert (await client.get(f"{MILL}/{path}")).status_code == 404


async def test_pages_take_as_many_statements_at_500_notes_as_at_5(
    client: AsyncClient, mill: Mill, app: FastAPI
) -> None:
    counts = []
    for more in (4, 494):
        annotation = await make_annotation(mill.db, mill.debate, mill.author)
        await copy_annotation(mill, annotation, more)
        await raise_version(mill)
        paths = ("essay", "paragraphs/1", f"passages/{annotation.passage_id}", f"annotations/{annotation.id}")
        with counted_statements(app) as statements:
            answers = [await client.get(f"{MILL}/{path}") for path in paths]
        assert {answer.status_code for answer in answers} == {200}
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_a_visitor_is_served_the_kept_page_without_a_statement(
    client: AsyncClient, mill: Mill, app: FastAPI
) -> None:
    await client.get(f"{MILL}/essay")
    with counted_statements(app) as statements:
        assert (await client.get(f"{MILL}/essay")).status_code == 200
    assert statements == []
