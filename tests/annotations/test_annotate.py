"""The sentence picker: choosing words, leaving a note, going on to an argument."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.annotations.forms import BODY_MAX
from app.models import Annotation, Passage
from tests.annotations.conftest import MILL, Mill, assert_sound


async def saved(mill: Mill) -> Annotation:
    return (await mill.db.scalars(select(Annotation))).one()


async def words_of(mill: Mill, annotation: Annotation) -> str:
    return (await mill.db.scalars(select(Passage.exact).where(Passage.id == annotation.passage_id))).one()


async def test_a_visitor_is_asked_to_sign_in_and_led_back(client: AsyncClient, mill: Mill) -> None:
    answer = await client.get(f"{MILL}/paragraphs/1/annotate")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={MILL}/paragraphs/1/annotate"


async def test_a_refusal_hands_back_all_that_was_filled_in(client: AsyncClient, mill: Mill) -> None:
    sent = {
        "revision": "1",
        "exact": "feeds the town",
        "kind": "question",
        "body": "Who counted?",
        "tags": "bread, flour",
    }
    for url, status in ((f"{MILL}/annotations?paragraph=1", 401), ("/debates/none/annotations?paragraph=1", 404)):
        answer = await client.post(url, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == status
        for label in ("Text", "Words of the essay", "Kind", "Tags"):
            assert f">{label}</label>" in answer.text
        for text in (
            "feeds the town</textarea>",
            "Who counted?</textarea>",
            'value="question"',
            'value="bread, flour"',
        ):
            assert text in answer.text


async def test_what_was_chosen_without_a_word_is_not_handed_back(client: AsyncClient, mill: Mill) -> None:
    sent = {"revision": "1", "first": "1", "kind": "note"}
    answer = await client.post(f"{MILL}/annotations?paragraph=1", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


async def test_what_is_wrong_with_an_unseen_field_is_named(mill: Mill) -> None:
    answer = await mill.annotate(revision="first", reply_to="none")
    assert answer.status_code == 422
    assert "<li>The revision that you saw: This cannot be read." in answer.text
    assert "<li>The argument to answer: This cannot be read." in answer.text


async def test_the_picker_lists_the_sentences(mill: Mill) -> None:
    answer = await mill.browser.get(f"{MILL}/paragraphs/2/annotate")
    assert answer.status_code == 200
    assert "The river needs rest." in answer.text
    assert "Nobody has measured it." in answer.text
    assert_sound(answer.text)


async def test_a_note_on_a_sentence_is_saved_counted_and_shown_in_its_place(mill: Mill) -> None:
    answer = await mill.annotate(first=2, body="Says **who**?")
    annotation = await saved(mill)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{MILL}/essay?done=annotated#passage-{annotation.passage_id}"
    assert await words_of(mill, annotation) == "It feeds the town."
    assert await mill.count() == 1
    page = (await mill.browser.get(answer.headers["location"])).text
    assert "Says who?</span>" in page
    assert "Your annotation is saved." in page
    assert_sound(page)


async def test_several_sentences_and_exact_words(mill: Mill) -> None:
    await mill.annotate(first=1, last=2)
    annotation = await saved(mill)
    assert await words_of(mill, annotation) == "The mill should stay. It feeds the town."
    await mill.annotate(first=None, exact="feeds the town", kind="question")
    words = await mill.db.scalars(select(Passage.exact).order_by(Passage.id.desc()))
    assert words.first() == "feeds the town"


async def test_the_same_words_are_one_passage(mill: Mill) -> None:
    await mill.annotate(first=1)
    await mill.annotate(first=None, exact="The mill should stay.", body="Another note on the same words.")
    assert (await mill.db.scalars(select(func.count()).select_from(Passage))).one() == 1
    assert await mill.count() == 2


async def test_a_form_sent_twice_leaves_one_annotation(mill: Mill) -> None:
    answers = [await mill.annotate(idempotency_key="the-same-key") for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await mill.count() == 1
    await saved(mill)


async def test_the_same_words_said_again_from_a_fresh_form_are_one_annotation(mill: Mill) -> None:
    """A browser that goes back keeps what was typed, but not the form's key. Another kind is something else."""
    answers = [await mill.annotate() for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    await saved(mill)
    await mill.annotate(kind="question")
    assert await mill.count() == 2


async def test_a_form_sent_many_times_at_once_leaves_one_annotation(mill: Mill) -> None:
    answers = await asyncio.gather(*(mill.annotate(idempotency_key="the-same-key") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303}
    assert await mill.count() == 1
    await saved(mill)


async def test_notes_of_many_at_once_are_all_counted(mill: Mill) -> None:
    await asyncio.gather(*(mill.annotate(body=f"Note {number}") for number in range(6)))
    assert await mill.count() == 6


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"first": None}, "Which words</a>: Choose a sentence, or give the exact words."),
        ({"first": 2, "last": 1}, "Sentence 1 comes before sentence 2."),
        ({"first": 3}, "The last sentence here has number 2."),
        ({"first": "x"}, "This cannot be read."),
        ({"first": "9" * 30}, "This cannot be read."),
        ({"exact": "It feeds the city"}, "The nearest are “It feeds the town.”"),
        ({"exact": "quite different words"}, "does not have these words"),
        ({"kind": "poem"}, "Choose one of these."),
        ({"kind": None}, "This is needed."),
        ({"body": None}, "This is needed."),
        ({"body": " \n "}, "Please write at least 1 character"),
        ({"body": "a" * 100_000}, f"At most {BODY_MAX:,} characters fit here; this has 100,000."),
        ({"body": "nul \0 byte"}, "cannot be stored"),
        ({"idempotency_key": "!"}, "idempotency_key"),
    ],
)
async def test_what_is_wrong_is_said_and_the_text_kept(mill: Mill, fields: dict[str, Any], message: str) -> None:
    answer = await mill.annotate(**{"body": "Typed for minutes", **fields})
    assert answer.status_code == 422
    assert message in answer.text
    assert ("Typed for minutes" in answer.text) == ("body" not in fields)
    assert_sound(answer.text.replace("\0", ""))
    assert await mill.count() == 0


async def test_words_in_several_places_are_asked_about(mill: Mill) -> None:
    answer = await mill.annotate(first=None, exact="t")
    assert answer.status_code == 422
    assert "Choose which you mean." in answer.text
    place = mill.revision.text.index("town")
    assert f'name="place" value="{place}"' in answer.text
    await mill.annotate(first=None, exact="t", place=place)
    passage = (await mill.db.scalars(select(Passage))).one()
    assert (passage.start, passage.exact) == (place, "t")


@pytest.mark.parametrize("body", ["👍", "أليس كذلك؟", "e\u0301\u0323 " * 50, "<script>alert(1)</script>", "> quoted"])
async def test_texts_of_every_kind_are_kept(mill: Mill, body: str) -> None:
    answer = await mill.annotate(body=body)
    page = (await mill.browser.get(answer.headers["location"])).text
    assert "<script>alert" not in page
    assert_sound(page)


async def test_an_unknown_paragraph_or_an_older_wording_is_refused(mill: Mill) -> None:
    assert (await mill.annotate(paragraph=3)).status_code == 404
    assert (await mill.annotate(paragraph=2**63)).status_code == 422
    answer = await mill.annotate(revision=2, body="Typed for minutes")
    assert answer.status_code == 409
    assert "Typed for minutes" in answer.text
    assert await mill.count() == 0


async def test_a_locked_debate_takes_no_notes(mill: Mill) -> None:
    mill.debate.state = "locked"  # type: ignore[assignment]
    await mill.db.commit()
    assert (await mill.browser.get(f"{MILL}/paragraphs/1/annotate")).status_code == 403
    assert (await mill.annotate()).status_code == 403


@pytest.mark.parametrize("body", ["\u200b", "\u3164\u2800", "---"])
async def test_what_nobody_can_see_is_no_note(mill: Mill, body: str) -> None:
    answer = await mill.annotate(body=body)
    assert answer.status_code == 422
    assert "nothing of this can be seen" in answer.text
    assert await mill.count() == 0


async def test_a_preview_shows_the_note_and_keeps_the_form(mill: Mill) -> None:
    sent = {"body": "Says **who**?", "first": "2", "exact": "feeds", "kind": "question"}
    answer = await mill.browser.post(f"{MILL}/annotations/preview?paragraph=1", data=sent)
    assert answer.status_code == 200
    assert "Says <strong>who</strong>?" in answer.text
    assert "Says **who**?" in answer.text
    assert 'name="first" value="2" checked' in answer.text
    assert await mill.count() == 0
    assert_sound(answer.text)


async def test_a_preview_by_script_is_the_box_alone(mill: Mill) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await mill.browser.post(
        f"{MILL}/annotations/preview?paragraph=1", data={"body": "Says **who**?"}, headers=headers
    )
    assert "<html" not in answer.text
    assert "Says <strong>who</strong>?" in answer.text


async def test_an_argument_can_start_from_the_words(mill: Mill) -> None:
    sent = {"revision": "1", "first": "2"}
    answer = await mill.browser.post(f"{MILL}/passages?paragraph=1", data=sent)
    passage = (await mill.db.scalars(select(Passage))).one()
    assert answer.headers["location"] == f"{MILL}/arguments/new?passage={passage.id}"
    answer = await mill.browser.post(f"{MILL}/passages?paragraph=1", data={**sent, "reply_to": "12"})
    assert answer.headers["location"] == f"{MILL}/arguments/12/reply?passage={passage.id}"
    answer = await mill.browser.post(f"{MILL}/passages?paragraph=1", data={"revision": "1"})
    assert answer.status_code == 422
    assert "Choose a sentence" in answer.text


async def test_words_for_a_reply_are_chosen_without_the_form_of_a_note(mill: Mill) -> None:
    page = await mill.browser.get(f"{MILL}/paragraphs/1/annotate?reply_to=12")
    assert "<h1>Choose words for your reply</h1>" in page.text
    assert f'href="{MILL}/arguments/12/reply"' in page.text
    assert 'name="body"' not in page.text
    assert f'href="{MILL}/paragraphs/2/annotate?reply_to=12"' in page.text
    assert "The paragraph before" not in page.text
    assert "The next paragraph" not in (await mill.browser.get(f"{MILL}/paragraphs/2/annotate?reply_to=12")).text
    refused = await mill.browser.post(f"{MILL}/passages?paragraph=1", data={"revision": "1", "reply_to": "12"})
    assert (refused.status_code, "<h1>Choose words for your reply</h1>" in refused.text) == (422, True)
    assert_sound(page.text)


@pytest.mark.parametrize("path", ["passages?paragraph=1", "paragraphs/1/answer"])
async def test_a_typed_note_is_not_left_behind_by_an_argument(mill: Mill, path: str) -> None:
    sent = {"revision": "1", "first": "2", "body": "Typed with care.", "open": "1"}
    answer = await mill.browser.post(f"{MILL}/{path}", data=sent)
    assert answer.status_code == 422
    assert "Save these words as a note first" in answer.text
    assert "Typed with care.</textarea>" in answer.text
    assert not (await mill.db.scalars(select(Passage))).all()


async def test_pages_by_post_and_huge_ids_never_fail(mill: Mill) -> None:
    for path in ("annotations?paragraph=1", "passages?paragraph=1", "annotations/preview?paragraph=1"):
        assert (await mill.browser.post(f"{MILL}/{path}", content=b"\xff\xfe%00")).status_code < 500
    assert (await mill.browser.post(f"{MILL}/annotations")).status_code == 422
    assert urlsplit((await mill.annotate()).headers["location"]).path == f"{MILL}/essay"
