"""What former members have left is flagged and decided about like everything else, with nobody to tell."""

from typing import Any

import pytest
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Action, Decision, Notification, Origin, SourceCitation
from app.privacy.erasure import erase_person
from tests.factories import make_annotation, make_credit
from tests.moderation.conftest import BrowserOf, Scene, decision, flag, make_source

Left = tuple[str, str, Any]  # Its address, the page that shows it, and its row.


async def _leave(scene: Scene, kind: str) -> Left:
    mill, author = "/debates/mill", scene.cast["author"]
    if kind == "argument":
        scene.reply.author_id = None
        left: Left = (scene.reply_url, scene.reply_url, scene.reply)
    elif kind == "note":
        scene.annotation.author_id = None
        left = (scene.annotation_url, scene.annotation_url, scene.annotation)
    elif kind == "reply":
        row = await make_annotation(scene.db, scene.debate, author, "You tell me.", parent=scene.annotation)
        row.author_id = None
        left = (f"{mill}/annotations/{row.id}", scene.annotation_url, row)
    elif kind == "credit":
        credit = await make_credit(scene.db, scene.root, author)
        credit.user_id = None
        left = (f"{mill}/credits/{credit.id}", f"{mill}/arguments/{scene.root.id}", credit)
    else:
        scene.db.add(source := make_source(scene))
        source.added_by_id = None
        await scene.db.flush()
        place = {"debate_id": scene.debate.id, "argument_id": scene.root.id, "source_id": source.id}
        scene.db.add(SourceCitation(**place, words=""))
        left = (f"{mill}/sources/{source.id}", f"{mill}/sources/{source.id}", source)
    await scene.db.commit()
    return left


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
@pytest.mark.parametrize("kind", ["argument", "note", "reply", "credit", "source"])
async def test_it_is_flagged_hidden_and_shown_again(
    scene: Scene, browser_of: BrowserOf, kind: str, together: bool
) -> None:
    url, page_url, row = await _leave(scene, kind)
    reader, moderator = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["debate_moderator"])
    page = (await reader.get(page_url)).text
    assert f'href="{url}/flag"' in page
    assert f'href="{url}/marks"' not in page
    assert (await flag(reader, url)).status_code == 303
    case = await scene.open_case()
    shown = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "A former member" in shown or kind == "source"
    assert "Ask for an edit" not in shown
    assert "and is told" not in shown
    if together:
        sent = decision(cases=f"{case.id}-{case.version}", action="hide")
        assert "1 decision made" in (await moderator.post("/moderation/bulk", data=sent)).text
    else:
        sent = decision(action="hide", version=str(case.version))
        assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 303
    made = (await scene.fresh(row)).hidden_by_id
    assert made is not None
    told = (await scene.db.scalars(select(Notification.user_id))).all()
    assert told == [scene.cast["newcomer"].id]
    await scene.db.commit()
    assert (await moderator.post(f"/decisions/{made}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(row)).hidden_by_id is None
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_the_essays_own_arguments_are_left_to_its_host(scene: Scene, browser_of: BrowserOf) -> None:
    scene.reply.author_id, scene.reply.origin = None, Origin.ESSAY
    await scene.db.commit()
    reader = await browser_of(scene.cast["newcomer"])
    answer = await reader.get(f"{scene.reply_url}/flag")
    assert answer.status_code == 403
    assert "write to the host" in answer.text
    assert f'href="{scene.reply_url}/flag"' not in (await reader.get(scene.reply_url)).text


async def test_of_nobody_there_is_no_record(scene: Scene, browser_of: BrowserOf) -> None:
    """Decisions about other former members are nothing about this one."""
    url, _, _ = await _leave(scene, "argument")
    scene.db.add(Decision(action=Action.HIDE, debate_id=scene.debate.id, explanation="Of somebody else."))
    await scene.db.commit()
    await flag(await browser_of(scene.cast["newcomer"]), url)
    moderator = await browser_of(scene.cast["debate_moderator"])
    page = (await moderator.get(f"/moderation/cases/{(await scene.open_case()).id}")).text
    assert "Decided about" not in page


async def test_of_an_erased_person_nothing_is_counted(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author", "impersonation")
    case = await scene.open_case()
    await erase_person(scene.db, scene.cast["author"].id, keeps_texts=True, name_key=b"names of this test")
    scene.db.add(Decision(action=Action.HIDE, debate_id=scene.debate.id, explanation="Of somebody else."))
    await scene.db.commit()
    page = (await (await browser_of(scene.cast["site_moderator"])).get(f"/moderation/cases/{case.id}")).text
    assert "The account is gone" in page
    assert "ever hidden" not in page
    assert "were hidden or removed" not in page
