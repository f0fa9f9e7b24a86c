"""Wording an annotation anew, and its public history."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.annotations.versions import VERSIONS_SHOWN
from app.models import Action, Annotation, AnnotationKind, AnnotationRevision, Decision, Role
from tests.annotations.conftest import MILL, BrowserOf, Mill, assert_sound
from tests.factories import make_annotation, make_user

SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def note(mill: Mill) -> Annotation:
    note = await make_annotation(mill.db, mill.debate, mill.author, body="Who counted them?", tags=["bread"])
    await mill.db.commit()
    return note


def url_of(annotation: Annotation) -> str:
    return f"{MILL}/annotations/{annotation.id}"


async def edit(mill: Mill, annotation: Annotation, headers: Any = None, **fields: Any) -> Response:
    sent = {"kind": "question", "body": "Who **ever** counted them?", "tags": "Bread, mill", "revision": "1", **fields}
    kept = {name: value for name, value in sent.items() if value is not None}
    return await mill.browser.post(f"{url_of(annotation)}/edit", data=kept, headers=headers)


async def now(mill: Mill, annotation: Annotation) -> Annotation:
    found = await mill.db.get_one(Annotation, (annotation.debate_id, annotation.id), populate_existing=True)
    await mill.db.commit()
    return found


async def revisions(mill: Mill, annotation: Annotation) -> list[AnnotationRevision]:
    statement = select(AnnotationRevision).filter_by(annotation_id=annotation.id).order_by(AnnotationRevision.number)
    found = list((await mill.db.scalars(statement)).all())
    await mill.db.commit()
    return found


async def test_the_form_holds_what_stands(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    assert f'href="{url_of(note)}/edit"' in (await mill.browser.get(url_of(note))).text
    assert f'href="{url_of(note)}/edit"' not in (await client.get(url_of(note))).text
    form = (await mill.browser.get(f"{url_of(note)}/edit")).text
    assert "Who counted them?</textarea>" in form
    assert 'value="note" checked' in form
    assert 'value="bread"' in form
    assert_sound(form)


async def test_an_edit_stands_and_the_old_wording_is_kept(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    answer = await edit(mill, note)
    assert answer.headers["location"] == f"{url_of(note)}?done=edited"
    edited = await now(mill, note)
    assert (edited.kind, edited.tags, edited.passage_id) == (
        AnnotationKind.QUESTION,
        ["bread", "mill"],
        note.passage_id,
    )
    page = (await client.get(url_of(note))).text
    assert f'href="{MILL}/annotations?tag=mill"' in page
    assert "Who <strong>ever</strong> counted them?" in page
    assert f'href="{url_of(note)}/history"' in page
    assert [revision.body_markdown for revision in await revisions(mill, note)] == [
        "Who counted them?", "Who **ever** counted them?"
    ]  # fmt: skip


async def test_unchanged_text_makes_no_revision(mill: Mill, note: Annotation) -> None:
    answer = await edit(mill, note, kind="note", body="Who counted them? \n", tags=" #Bread ")
    assert answer.headers["location"].endswith("?done=unchanged")
    assert len(await revisions(mill, note)) == 1
    assert (await now(mill, note)).edited_at is None


async def test_a_stale_edit_keeps_the_text_and_shows_the_newer_wording(mill: Mill, note: Annotation) -> None:
    await edit(mill, note)
    answer = await edit(mill, note, body="Nobody counted them.", tags="")
    assert answer.status_code == 409
    assert "Who <strong>ever</strong> counted them?" in answer.text
    assert "Nobody counted them.</textarea>" in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert_sound(answer.text)
    assert (await edit(mill, note, body="Nobody counted them.", tags="", revision="2")).status_code == 303
    assert len(await revisions(mill, note)) == 3


async def test_an_edit_sent_many_times_at_once_is_saved_once(mill: Mill, note: Annotation) -> None:
    answers = await asyncio.gather(*(edit(mill, note) for _ in range(4)))
    assert {answer.headers["location"].partition("?")[2] for answer in answers} == {"done=edited"}
    assert len(await revisions(mill, note)) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"body": None}, "This is needed."),
        ({"body": "x" * 100_000}, "this has 100,000"),
        ({"kind": "reply"}, "Choose one of these."),
        ({"kind": None}, "This is needed."),
        ({"tags": "a, b, c, d, e, f"}, "At most 5 tags fit here; these are 6."),
        ({"revision": "9" * 30}, "This cannot be read."),
        ({"revision": None}, "This is needed."),
    ],
)
async def test_a_wrong_edit_keeps_the_text(mill: Mill, note: Annotation, fields: dict[str, Any], message: str) -> None:
    answer = await edit(mill, note, **fields)
    assert answer.status_code == 422
    assert message in answer.text
    assert "Who **ever** counted them?" in answer.text or "body" in fields
    assert_sound(answer.text)
    assert len(await revisions(mill, note)) == 1


async def test_a_preview_of_an_edit_changes_nothing(mill: Mill, note: Annotation) -> None:
    page, part = await edit(mill, note, act="preview"), await edit(mill, note, headers=SCRIPT, act="preview")
    for answer in (page, part):
        assert answer.status_code == 200
        assert "Who <strong>ever</strong> counted them?" in answer.text
    assert "<form" in page.text
    assert "<form" not in part.text
    assert (await now(mill, note)).body_markdown == "Who counted them?"


async def test_a_reply_is_edited_by_its_words_alone(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    reply = await make_annotation(mill.db, mill.debate, mill.author, body="I did.", parent=note)
    mill.debate.version += 1
    await mill.db.commit()
    form = (await mill.browser.get(f"{url_of(reply)}/edit")).text
    assert "I did.</textarea>" in form
    assert "Who counted them?" in form
    assert 'name="kind"' not in form
    assert 'name="tags"' not in form
    assert_sound(form)
    answer = await edit(mill, reply, body="I did, twice.")
    assert answer.headers["location"] == f"{url_of(note)}?done=edited#annotation-{reply.id}"
    edited = await now(mill, reply)
    assert (edited.kind, edited.tags, edited.body_markdown) == (AnnotationKind.REPLY, [], "I did, twice.")
    thread = (await client.get(url_of(note))).text
    assert "I did, twice." in thread
    assert f'href="{url_of(reply)}/history"' in thread
    history = (await client.get(f"{url_of(reply)}/history")).text
    assert "<ins>, twice</ins>" in history
    assert_sound(history)


async def test_only_its_author_edits_and_only_what_stands(
    mill: Mill, note: Annotation, client: AsyncClient, browser_of: BrowserOf
) -> None:
    other = await make_user(mill.db)
    await mill.db.commit()
    form = f"{url_of(note)}/edit"
    assert (await client.get(form)).headers["location"] == f"/sign-in?next={form}"
    assert (await (await browser_of(other)).get(form)).status_code == 403
    assert (await (await browser_of(other)).post(form, data={"body": "Mine now."})).status_code == 403
    assert (await mill.browser.get(f"{MILL}/annotations/999/edit")).status_code == 404
    await mill.browser.post(f"{url_of(note)}/withdraw")
    refused = await edit(mill, note)
    assert refused.status_code == 403
    assert "Who **ever** counted them?" in refused.text


async def test_the_history_says_what_was_changed(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    await edit(mill, note, body="Who counted them, <i>and when</i>?")
    history = (await client.get(f"{url_of(note)}/history")).text
    assert history.index("Version 2") < history.index("Version 1")
    assert "&lt;i&gt;and when&lt;/i&gt;" in history
    assert "<del>note</del><ins>question</ins>" in history
    assert "bread<ins>, mill</ins>" in history
    assert "“feeds the town”" in history
    assert_sound(history)


async def test_a_history_of_many_versions_goes_on(mill: Mill, note: Annotation, client: AsyncClient) -> None:
    for number in range(2, VERSIONS_SHOWN + 3):
        mill.db.add(
            AnnotationRevision(
                debate_id=mill.debate.id, annotation_id=note.id, number=number, kind=note.kind,
                passage_id=note.passage_id, body_markdown=f"Wording {number}.", tags=[],
            )
        )  # fmt: skip
    await mill.db.commit()
    url = f"{url_of(note)}/history"
    first, rest = (await client.get(url)).text, (await client.get(f"{url}?before=3")).text
    assert "?before=3" in first
    assert 'id="version-2"' not in first
    assert 'id="version-1"' in rest
    assert "?before" not in rest


async def test_the_history_of_what_is_hidden_is_for_its_author_and_moderators(
    mill: Mill, note: Annotation, client: AsyncClient, browser_of: BrowserOf
) -> None:
    decision = Decision(debate_id=mill.debate.id, annotation_id=note.id, action=Action.HIDE, explanation="")
    people = [await make_user(mill.db, role=Role.MODERATOR), await make_user(mill.db)]
    mill.db.add(decision)
    await mill.db.flush()
    note.hidden_by_id = decision.id
    mill.debate.version += 1
    await mill.db.commit()
    moderator, other = [await browser_of(person) for person in people]
    for browser in (mill.browser, moderator):
        assert "Who counted them?" in (await browser.get(f"{url_of(note)}/history")).text
    for browser in (client, other):
        answer = await browser.get(f"{url_of(note)}/history")
        assert answer.status_code == 403
        assert "Who counted them?" not in answer.text
