"""A note or question goes to other words of the essay, and its replies with it."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Annotation, AnnotationRevision, Passage
from tests.annotations.conftest import MILL, BrowserOf, Mill, assert_sound
from tests.factories import make_annotation, make_user


@pytest.fixture
async def note(mill: Mill) -> Annotation:
    note = await make_annotation(mill.db, mill.debate, mill.author, body="Xylophone", exact="It feeds the town.")
    await mill.db.commit()
    return note


def url_of(annotation: Annotation) -> str:
    return f"{MILL}/annotations/{annotation.id}"


async def move(mill: Mill, note: Annotation, paragraph: int = 2, **fields: Any) -> Response:
    sent = {"revision": "1", "version": "1", "first": "2", **fields}
    kept = {name: value for name, value in sent.items() if value is not None}
    return await mill.browser.post(f"{url_of(note)}/move?paragraph={paragraph}", data=kept)


async def words_of(mill: Mill, annotation: Annotation) -> str:
    found = select(Passage.exact).join(Annotation, Annotation.passage_id == Passage.id)
    words = (await mill.db.scalars(found.where(Annotation.id == annotation.id))).one()
    await mill.db.commit()
    return words


async def count_revisions(mill: Mill) -> int:
    count = len((await mill.db.scalars(select(AnnotationRevision.number))).all())
    await mill.db.commit()
    return count


async def test_the_picker_is_filled_in_with_the_present_words(mill: Mill, note: Annotation) -> None:
    assert f'href="{url_of(note)}/move"' in (await mill.browser.get(url_of(note))).text
    form = (await mill.browser.get(f"{url_of(note)}/move")).text
    assert 'name="first" value="2" checked' in form
    assert 'name="last" value="2" checked' in form
    assert f'href="{url_of(note)}/move?paragraph=2#words"' in form
    assert f"{MILL}/essay?done=moving&amp;move={note.id}#passage-{note.passage_id}" in form
    assert_sound(form)
    other = (await mill.browser.get(f"{url_of(note)}/move?paragraph=2")).text
    assert "Nobody has measured it." in other
    assert "checked" not in other


async def test_words_that_are_no_whole_sentences_are_filled_in_as_words(mill: Mill) -> None:
    part = await make_annotation(mill.db, mill.debate, mill.author, exact="feeds the town")
    await mill.db.commit()
    form = (await mill.browser.get(f"{url_of(part)}/move")).text
    assert "feeds the town</textarea>" in form
    assert 'value="2" checked' not in form


async def test_it_moves_and_its_replies_go_along(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    reply = await make_annotation(
        mill.db, mill.debate, mill.author, body="I did.", exact="It feeds the town.", parent=note
    )
    await mill.db.commit()
    answer = await move(mill, note)
    passage = (await mill.db.scalars(select(Passage).filter_by(exact="Nobody has measured it."))).one()
    await mill.db.commit()
    assert answer.headers["location"] == f"{MILL}/essay?done=moved#passage-{passage.id}"
    for one in (note, reply):
        assert await words_of(mill, one) == "Nobody has measured it."
    assert "Xylophone" in (await client.get(f"{MILL}/paragraphs/2")).text
    assert "Xylophone" not in (await client.get(f"{MILL}/paragraphs/1")).text
    history = (await client.get(f"{url_of(note)}/history")).text
    assert "Moved to" in history
    assert_sound(history)
    page = (await client.get(url_of(note))).text
    assert "Nobody has measured it.</mark>" in page
    assert [finding.name async for finding in examine(mill.db) if finding.count] == []


async def test_an_edited_reply_stays_with_its_moved_note(mill: Mill, note: Annotation) -> None:
    reply = await make_annotation(
        mill.db, mill.debate, mill.author, body="I did.", exact="It feeds the town.", parent=note
    )
    await mill.db.commit()
    await move(mill, note)
    await mill.browser.post(f"{url_of(reply)}/edit", data={"body": "I did, twice.", "revision": "1"})
    assert await words_of(mill, reply) == "Nobody has measured it."
    assert [finding.name async for finding in examine(mill.db) if finding.count] == []


async def test_a_reply_sent_again_after_the_move_is_the_same_one(mill: Mill, note: Annotation) -> None:
    sent = {"body": "I did.", "idempotency_key": "the-same-key"}
    first = await mill.browser.post(f"{url_of(note)}/replies", data=sent)
    await move(mill, note)
    again = await mill.browser.post(f"{url_of(note)}/replies", data=sent)
    assert again.headers["location"] == first.headers["location"]


async def test_selected_words_are_shown_and_taken(mill: Mill, note: Annotation) -> None:
    start = mill.revision.text.index("river *needs* rest".replace("*", ""))
    selected = {"start": start, "end": start + 16, "exact": "river needs rest"}
    form = await mill.browser.get(f"{url_of(note)}/move", params={**selected, "paragraph": 2, "revision": 1})
    assert 'name="exact" value="river needs rest"' in form.text
    assert_sound(form.text)
    assert (await move(mill, note, first=None, **selected)).status_code == 303
    assert await words_of(mill, note) == "river needs rest"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"first": None}, "Which words</a>: Choose a sentence, or give the exact words."),
        ({"first": 3}, "The last sentence here has number 2."),
        ({"exact": "It feeds the city"}, "does not have these words"),
        ({"exact": "e"}, "Choose which you mean."),
        ({"start": 0, "end": 5, "exact": "Their"}, "not the words that the essay has"),
        ({"version": None}, "This is needed."),
        ({"version": "9" * 30}, "This cannot be read."),
    ],
)
async def test_what_is_wrong_is_said(mill: Mill, note: Annotation, fields: dict[str, Any], message: str) -> None:
    answer = await move(mill, note, **fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert_sound(answer.text)
    assert await words_of(mill, note) == "It feeds the town."


async def test_another_wording_of_the_essay_or_of_the_note_is_refused(mill: Mill, note: Annotation) -> None:
    answer = await move(mill, note, revision=2)
    assert answer.status_code == 409
    assert "The essay has a new wording" in answer.text
    await mill.browser.post(f"{url_of(note)}/edit", data={"kind": "note", "body": "Otherwise.", "revision": "1"})
    stale = await move(mill, note)
    assert stale.status_code == 409
    assert "It was changed meanwhile" in stale.text
    assert 'name="version" value="2"' in stale.text
    assert 'name="first" value="2" checked' in stale.text
    assert await words_of(mill, note) == "It feeds the town."
    assert (await move(mill, note, version=2)).status_code == 303
    assert (await move(mill, note, paragraph=3)).status_code == 404


async def test_a_move_sent_many_times_at_once_is_one(mill: Mill, note: Annotation) -> None:
    answers = await asyncio.gather(*(move(mill, note) for _ in range(4)))
    assert {answer.headers["location"].partition("#")[0] for answer in answers} == {f"{MILL}/essay?done=moved"}
    assert await count_revisions(mill) == 2
    unmoved = await move(mill, note, version=2)
    assert "done=unchanged" in unmoved.headers["location"]


async def test_only_its_author_moves_it_and_no_reply_moves(
    mill: Mill, note: Annotation, client: AsyncClient, browser_of: BrowserOf
) -> None:
    other = await make_user(mill.db)
    reply = await make_annotation(
        mill.db, mill.debate, mill.author, body="I did.", exact="It feeds the town.", parent=note
    )
    await mill.db.commit()
    assert (await client.get(f"{url_of(note)}/move")).headers["location"].startswith("/sign-in?next=")
    assert (await (await browser_of(other)).get(f"{url_of(note)}/move")).status_code == 403
    assert (await (await browser_of(other)).post(f"{url_of(note)}/move")).status_code == 403
    assert (await move(mill, reply)).status_code == 403
    assert f"{url_of(reply)}/move" not in (await mill.browser.get(url_of(reply))).text
