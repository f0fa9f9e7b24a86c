"""A case is decided on the words that the moderator saw: edits make every form of it stale, and say so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Argument, Case, Decision, MarkKind, ReviewMark, Source
from app.open_cases import note_rewording
from app.privacy.erasure import erase_person
from app.privacy.tables import ERASED
from tests.factories import make_annotation, make_credit
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

NEW = "Something quite different from what was flagged and read before."
CHANGED = "The words were changed since you opened the case"
Prepared = tuple[str, Callable[[AsyncClient], Awaitable[Any]]]  # What is flagged, and how its author changes it.
MILL = "/debates/mill"


async def _edit(browser: AsyncClient, url: str, **fields: str) -> None:
    page = (await browser.get(f"{url}/edit")).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    free = {"is_free": "yes"} if 'name="is_free"' in page else {}
    answer = await browser.post(f"{url}/edit", data={"revision": revision, "act": "post", **free, **fields})
    assert answer.status_code == 303, answer.text


def _argument(scene: Scene) -> Callable[[AsyncClient], Awaitable[Any]]:
    return lambda author: _edit(author, scene.reply_url, claim=NEW, grounds="Because of the noise.")


async def an_argument_worded_freely(scene: Scene) -> Prepared:
    return scene.reply_url, _argument(scene)


async def an_argument_in_another_version(scene: Scene) -> Prepared:
    scene.reply.version = 2
    await scene.db.commit()
    return scene.reply_url, _argument(scene)


async def words_from_a_source(scene: Scene) -> Prepared:
    fields = {"source_title": "The ledger", "source_address": "https://example.org/ledger", "source_words": NEW}
    return scene.reply_url, lambda author: author.post(f"{scene.reply_url}/sources", data=fields)


async def a_note(scene: Scene) -> Prepared:
    url = scene.annotation_url
    return url, lambda author: _edit(author, url, kind="note", body=NEW, tags="")


async def a_reply_to_a_note(scene: Scene) -> Prepared:
    reply = await make_annotation(scene.db, scene.debate, scene.cast["author"], "You tell me.", parent=scene.annotation)
    await scene.db.commit()
    url = f"{MILL}/annotations/{reply.id}"
    return url, lambda author: _edit(author, url, body=NEW)


async def a_credit(scene: Scene) -> Prepared:
    credit = await make_credit(scene.db, scene.root, scene.cast["author"])
    await scene.db.commit()
    root = f"{MILL}/arguments/{scene.root.id}"
    return f"{MILL}/credits/{credit.id}", lambda author: author.post(f"{root}/credit", data={"reason": NEW})


EDITS = (
    an_argument_worded_freely, an_argument_in_another_version, words_from_a_source, a_note, a_reply_to_a_note, a_credit,
)  # fmt: skip


@pytest.fixture(params=EDITS, ids=lambda prepare: prepare.__name__)
async def prepared(request: pytest.FixtureRequest, scene: Scene) -> Prepared:
    found: Prepared = await request.param(scene)
    return found


async def _case(scene: Scene, browser_of: BrowserOf, url: str) -> tuple[Case, int]:
    """With the version that a moderator sees now."""
    assert (await flag(await browser_of(scene.cast["newcomer"]), url)).status_code == 303
    case = await scene.open_case()
    await scene.db.commit()
    return case, case.version


async def _decisions(scene: Scene, case: Case) -> list[Decision]:
    await scene.db.commit()
    return list(await scene.db.scalars(select(Decision).filter_by(case_id=case.id)))


@pytest.mark.parametrize("action", ["dismiss", "hide"])
async def test_a_decision_on_earlier_words_is_refused_and_shows_those_of_now(
    scene: Scene, browser_of: BrowserOf, prepared: Prepared, action: str
) -> None:
    url, edit = prepared
    case, seen = await _case(scene, browser_of, url)
    await edit(await browser_of(scene.cast["author"]))
    moderator = await browser_of(scene.cast["debate_moderator"])
    address = f"/moderation/cases/{case.id}/decide"
    answer = await moderator.post(address, data=decision(action=action, version=str(seen)))
    assert answer.status_code == 409
    assert CHANGED in answer.text
    assert NEW in answer.text
    assert await _decisions(scene, case) == []
    now = (await scene.open_case()).version
    assert f'name="version" value="{now}"' in answer.text
    assert (await moderator.post(address, data=decision(action=action, version=str(now)))).status_code == 303


async def test_what_was_reworded_is_left_alone_where_many_are_decided(
    scene: Scene, browser_of: BrowserOf, prepared: Prepared
) -> None:
    url, edit = prepared
    case, seen = await _case(scene, browser_of, url)
    moderator = await browser_of(scene.cast["debate_moderator"])
    chosen = f"{case.id}-{seen}"
    preview = await moderator.get("/moderation/bulk", params={"action": "hide", "case": chosen})
    assert "1 text will be hidden" in preview.text
    await edit(await browser_of(scene.cast["author"]))
    answer = await moderator.post("/moderation/bulk", data=decision(cases=chosen, action="hide"))
    assert answer.status_code == 409
    assert "Its words were changed since you saw it: look again." in answer.text
    assert await _decisions(scene, case) == []


async def test_an_open_page_is_told_while_it_is_read(scene: Scene, browser_of: BrowserOf) -> None:
    case, seen = await _case(scene, browser_of, scene.reply_url)
    moderator = await browser_of(scene.cast["debate_moderator"])
    url = f"/moderation/cases/{case.id}"
    address = f"{url}/claim?view=&seen={seen}"
    assert address.replace("&", "&amp;") in (page := (await moderator.get(url)).text) or address in page
    told = "The words were changed since you opened this page."
    script = {"HX-Request": "true"}
    assert told not in (await moderator.get(address, headers=script)).text
    await _argument(scene)(await browser_of(scene.cast["author"]))
    assert told in (await moderator.get(address, headers=script)).text
    claimed = await moderator.post(f"{url}/claim", data={"view": "", "seen": str(seen)}, headers=script)
    assert told in claimed.text
    assert told not in (await moderator.get(url)).text


async def test_flags_that_come_are_not_called_other_words(scene: Scene, browser_of: BrowserOf) -> None:
    await _argument(scene)(await browser_of(scene.cast["author"]))
    case, seen = await _case(scene, browser_of, scene.reply_url)
    await flag(await browser_of(scene.cast["member"]), scene.reply_url)
    moderator = await browser_of(scene.cast["debate_moderator"])
    sent = decision(action="hide", version=str(seen))
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=sent)
    assert answer.status_code == 409
    assert "The case has changed since you opened it." in answer.text
    assert CHANGED not in answer.text


async def test_a_decision_waits_for_an_edit_that_is_being_saved(scene: Scene, browser_of: BrowserOf) -> None:
    case, seen = await _case(scene, browser_of, scene.reply_url)
    moderator = await browser_of(scene.cast["debate_moderator"])
    key = (scene.debate.id, scene.reply.id)
    row = await scene.db.get_one(Argument, key, populate_existing=True, with_for_update={"key_share": True})
    sent = decision(action="hide", version=str(seen))
    deciding = asyncio.create_task(moderator.post(f"/moderation/cases/{case.id}/decide", data=sent))
    await asyncio.sleep(0.3)
    row.claim = NEW
    await scene.db.flush()
    await note_rewording(scene.db, debate_id=scene.debate.id, argument_id=row.id)
    assert not deciding.done()
    await scene.db.commit()
    answer = await deciding
    assert answer.status_code == 409
    assert NEW in answer.text
    assert await _decisions(scene, case) == []


async def _erase(scene: Scene, name: str, *, keeps_texts: bool = False) -> None:
    await erase_person(scene.db, scene.cast[name].id, keeps_texts=keeps_texts, name_key=b"names")
    await scene.db.commit()


@pytest.mark.parametrize("prepare", [an_argument_worded_freely, a_note, a_credit])
async def test_nothing_is_decided_about_words_that_were_erased_meanwhile(
    scene: Scene, browser_of: BrowserOf, prepare: Callable[[Scene], Awaitable[Prepared]]
) -> None:
    url, _ = await prepare(scene)
    case, seen = await _case(scene, browser_of, url)
    await _erase(scene, "author")
    moderator = await browser_of(scene.cast["debate_moderator"])
    address = f"/moderation/cases/{case.id}/decide"
    answer = await moderator.post(address, data=decision(action="hide", version=str(seen)))
    assert answer.status_code == 409
    assert CHANGED in answer.text
    assert ERASED in answer.text
    many = await moderator.post("/moderation/bulk", data=decision(cases=f"{case.id}-{seen}", action="hide"))
    assert "Its words were changed since you saw it: look again." in many.text
    assert await _decisions(scene, case) == []
    now = (await scene.open_case()).version
    assert (await moderator.post(address, data=decision(action="dismiss", version=str(now)))).status_code == 303


@pytest.mark.parametrize("prepare", [an_argument_worded_freely, a_note, a_credit])
async def test_erased_words_make_forms_without_a_case_stale_too(
    scene: Scene, browser_of: BrowserOf, prepare: Callable[[Scene], Awaitable[Prepared]]
) -> None:
    url, _ = await prepare(scene)
    moderator = await browser_of(scene.cast["debate_moderator"])
    seen = (await moderator.get(f"{url}/moderate")).text.partition('name="version" value="')[2].partition('"')[0]
    await _erase(scene, "author")
    answer = await moderator.post(f"{url}/hide", data=decision(version=seen))
    assert answer.status_code == 409
    assert "worded anew" in answer.text


@pytest.mark.parametrize("keeps_texts", [True, False])
async def test_erasing_makes_stale_what_lost_its_words_alone(scene: Scene, keeps_texts: bool) -> None:
    author_id, place = scene.cast["author"].id, {"debate_id": scene.debate.id}
    source = Source(**place, added_by_id=author_id, title="The ledger", address="https://example.org/ledger")
    marked = {**place, "argument_id": scene.root.id, "marker_id": author_id, "slot": 1}
    mark = ReviewMark(**marked, kind=MarkKind.UNCLEAR, words="Which of the mills is meant?")
    scene.db.add_all([source, mark])
    await scene.db.flush()
    about = ({"argument_id": scene.reply.id}, {"source_id": source.id}, {"mark_id": mark.id})
    cases = [Case(**place, **each, flag_count=1) for each in (*about, {"argument_id": scene.root.id})]
    scene.db.add_all(cases)
    await scene.db.commit()
    await _erase(scene, "author", keeps_texts=keeps_texts)
    versions = [(await scene.fresh(case)).version for case in cases]
    assert versions == ([0, 0, 1, 0] if keeps_texts else [1, 1, 1, 0])
    assert [case.reworded_version for case in cases] == versions


@pytest.mark.parametrize("action", ["dismiss", "rename"])
async def test_a_person_renamed_meanwhile_is_looked_at_again(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    case, seen = await _case(scene, browser_of, "/people/author")
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    for _ in range(2):  # The same name again is no change.
        await author.post("/account/display-name", data={"display_name": "Quite another name"})
    assert (await scene.fresh(case)).version == seen + 1
    sent = decision(action=action, version=str(seen))
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide-about-person", data=sent)
    assert answer.status_code == 409
    assert "The name was changed since you opened the case" in answer.text
    assert "Quite another name" in answer.text
    many = decision(cases=f"{case.id}-{seen}", action="dismiss")
    assert "The name was changed since you saw it" in (await moderator.post("/moderation/bulk", data=many)).text
    assert await _decisions(scene, case) == []
