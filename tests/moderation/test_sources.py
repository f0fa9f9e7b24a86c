"""A source is flagged, hidden and restored as arguments are; whoever cites it shows a notice meanwhile."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import LogEntry, Source, SourceCitation
from tests.moderation.conftest import SOURCE_SECRET, WHY, BrowserOf, Scene, decision, flag, make_source, place_of

WORDS = f"“The {SOURCE_SECRET} was sold in autumn”"


@pytest.fixture
async def source(scene: Scene) -> Source:
    """Added by the author, whose reply cites it; so does the member's argument."""
    source = make_source(scene)
    scene.db.add(source)
    await scene.db.flush()
    for argument in (scene.root, scene.reply):
        place = {"debate_id": scene.debate.id, "argument_id": argument.id, "source_id": source.id}
        scene.db.add(SourceCitation(**place, words=WORDS))
    await scene.db.commit()
    return source


def url_of(source: Source) -> str:
    return f"/debates/mill/sources/{source.id}"


async def _hide(scene: Scene, browser_of: BrowserOf, source: Source) -> str:
    await flag(await browser_of(scene.cast["newcomer"]), url_of(source), "spam")
    case = await scene.open_case()
    sent = decision(version=str(case.version), action="hide")
    moderator = await browser_of(scene.cast["debate_moderator"])
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_it_is_flagged_from_its_page_and_from_where_it_is_cited(
    scene: Scene, browser_of: BrowserOf, source: Source
) -> None:
    reader = await browser_of(scene.cast["newcomer"])
    for page in (url_of(source), scene.reply_url):
        assert f"{url_of(source)}/flag" in (await reader.get(page)).text
    form = (await reader.get(f"{url_of(source)}/flag")).text
    assert source.title in form
    assert "Said already" not in form
    assert (await flag(reader, url_of(source), "spam")).headers["location"] == f"{url_of(source)}?done=flagged"
    assert (await flag(reader, url_of(source), "duplicate")).status_code == 422


async def test_its_case_shows_who_added_it_and_what_cites_it(
    scene: Scene, browser_of: BrowserOf, source: Source
) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), url_of(source), "spam")
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert source.title in (await moderator.get("/moderation?kind=source")).text
    assert source.title not in (await moderator.get("/moderation?kind=argument")).text
    page = (await moderator.get(f"/moderation/cases/{(await scene.open_case()).id}")).text
    for words in (source.title, source.address, scene.root.claim, scene.reply.claim, "/people/author"):
        assert words in page


async def test_hidden_it_is_a_notice_wherever_it_is_cited(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, source: Source
) -> None:
    made = await _hide(scene, browser_of, source)
    root = f"/debates/mill/arguments/{scene.root.id}"
    for path in (root, f"{root}/history", url_of(source), "/debates/mill/sources", made, "/log"):
        page = await client.get(path)
        assert page.status_code == 200
        assert SOURCE_SECRET not in page.text, path
    assert "Source hidden" in (await client.get(root)).text
    assert source.title in (await (await browser_of(scene.cast["author"])).get(url_of(source))).text


async def test_hidden_it_cannot_be_cited_anew(scene: Scene, browser_of: BrowserOf, source: Source) -> None:
    await _hide(scene, browser_of, source)
    member = await browser_of(scene.cast["member"])
    again = {"source_title": "Anything", "source_address": source.address, "source_words": ""}
    answer = await member.post(f"/debates/mill/arguments/{scene.root.id}/sources", data=again)
    assert answer.status_code == 422
    assert "This source is hidden" in answer.text


async def test_everybody_concerned_is_told_and_the_log_names_it(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, source: Source
) -> None:
    made = await _hide(scene, browser_of, source)
    author, reader = await browser_of(scene.cast["author"]), await browser_of(scene.cast["newcomer"])
    assert "Moderators hid your source" in (await author.get("/notifications")).text
    assert "Moderators hid the source that you flagged" in (await reader.get("/notifications")).text
    assert place_of((await scene.db.scalars(select(LogEntry.item))).one()) == {"kind": "source", "id": source.id}
    assert f'href="{url_of(source)}"' in (await client.get("/debates/mill/log")).text
    words = {"words": "It is the ledger of the mill, and nothing is sold there."}
    assert (await author.post(f"{made}/appeal", data=words)).status_code == 303


async def test_restored_it_stands_where_it_stood(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, source: Source
) -> None:
    made = await _hide(scene, browser_of, source)
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision(explanation=WHY))).status_code == 303
    for path in (f"/debates/mill/arguments/{scene.root.id}", "/debates/mill/sources", url_of(source)):
        assert source.title in (await client.get(path)).text


async def test_several_are_hidden_together(scene: Scene, browser_of: BrowserOf, source: Source) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), url_of(source), "spam")
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    sent = decision(cases=f"{case.id}-{case.version}", action="hide")
    assert (await moderator.post("/moderation/bulk", data=sent)).status_code == 200
    assert (await scene.fresh(source)).hidden_by_id is not None


async def test_source_whose_adder_is_gone_can_still_be_flagged(
    scene: Scene, browser_of: BrowserOf, source: Source
) -> None:
    source.added_by_id = None
    await scene.db.commit()
    assert (await flag(await browser_of(scene.cast["newcomer"]), url_of(source), "spam")).status_code == 303


async def test_who_added_it_neither_flags_nor_hides_it(scene: Scene, browser_of: BrowserOf, source: Source) -> None:
    source.added_by_id = scene.cast["debate_moderator"].id
    await scene.db.commit()
    adder = await browser_of(scene.cast["debate_moderator"])
    assert (await adder.get(f"{url_of(source)}/flag")).status_code == 403
    assert (await adder.post(f"{url_of(source)}/hide", data=decision())).status_code == 403


async def test_first_to_cite_a_source_has_added_it(scene: Scene, browser_of: BrowserOf) -> None:
    member = await browser_of(scene.cast["member"])
    book = {"source_title": "A book", "source_address": "Miller 1999, p. 3", "source_words": ""}
    await member.post(f"/debates/mill/arguments/{scene.root.id}/sources", data=book)
    assert (await scene.db.scalars(select(Source.added_by_id))).one() == scene.cast["member"].id
