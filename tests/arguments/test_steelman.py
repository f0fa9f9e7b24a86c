"""Saying back what one answers, and accepting that as fair."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.arguments.limits import STEELMAN_MAX
from app.models import Action, Argument, Notification, NotificationKind
from tests.arguments.stage import GROUNDS, SCRIPT, Stage

LINE = "The town has lived on the mill for as long as anybody knows."


async def _accept(stage: Stage, reply: Argument, line: str = LINE, page: AsyncClient | None = None) -> int:
    url = f"{stage.url}/arguments/{reply.id}/steelman/accept"
    return (await (page or stage.author_page).post(url, data={"line": line})).status_code


async def test_line_is_posted_shown_and_kept_in_the_history(stage: Stage, client: AsyncClient) -> None:
    preview = await stage.reply(steelman=f"  {LINE}\n", act="preview", headers=SCRIPT)
    assert f"{LINE}</q>" in preview.text
    reply = await stage.posted(steelman=f"  {LINE}\n")
    assert reply.steelman == LINE
    url = f"{stage.url}/arguments/{reply.id}"
    page = (await client.get(url)).text
    assert "Says back" in page
    assert LINE in page
    assert "accepted as fair" not in page
    assert LINE in (await client.get(f"{url}/history")).text
    assert await stage.wrong_counts() == []


async def test_line_is_plain_text(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(steelman="The **mill** is <b>all</b> that this town has.")
    page = (await client.get(f"{stage.url}/arguments/{reply.id}")).text
    assert "The **mill** is &lt;b&gt;all&lt;/b&gt; that this town has." in page


async def test_supports_say_nothing_back(stage: Stage) -> None:
    assert (await stage.posted(relation="support", steelman=LINE)).steelman == ""


async def test_sent_twice_with_its_line_it_is_posted_once(stage: Stage) -> None:
    fields = stage.fields(steelman=LINE)
    first, second = [await stage.page.post(f"{stage.parent_url}/replies", data=fields) for _ in range(2)]
    assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])


@pytest.mark.parametrize(("line", "sentence"), [
    ("x" * (STEELMAN_MAX + 1), f"At most {STEELMAN_MAX} characters fit here"),
    ("Too short", "Please write at least 10 characters."),
    ("?!?!?!?!?!?!", "Please say it in words."),
])  # fmt: skip
async def test_wrong_line_keeps_the_text(stage: Stage, line: str, sentence: str) -> None:
    answer = await stage.reply(steelman=line)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert line in answer.text
    assert GROUNDS in answer.text


async def test_author_of_what_it_answers_accepts_it_and_takes_that_back(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(steelman=LINE)
    url = f"{stage.url}/arguments/{reply.id}"
    assert "Accept as fair" in (await stage.author_page.get(url)).text
    assert "Accept as fair" not in (await stage.page.get(url)).text
    assert [await _accept(stage, reply) for _ in range(2)] == [303, 303]
    assert f"accepted as fair by <bdi>{stage.author.display_name}</bdi>" in (await client.get(url)).text
    assert "says it back fairly" in (await client.get(stage.parent_url)).text
    told = select(Notification.kind).where(Notification.user_id == stage.member.id)
    assert (await stage.db.scalars(told)).all() == [NotificationKind.STEELMAN]
    await stage.db.commit()
    assert "accepts as fair how you said back their argument" in (await stage.page.get("/notifications")).text
    assert (await stage.author_page.post(f"{url}/steelman/withdraw-acceptance")).status_code == 303
    assert "accepted as fair" not in (await client.get(url)).text


async def test_nobody_else_accepts_it(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(steelman=LINE)
    assert await _accept(stage, reply, page=stage.page) == 403
    assert await _accept(stage, reply, page=client) == 303
    assert (await stage.argument(reply.id)).steelman_accepted_at is None
    own = await stage.posted(stage.author_page, steelman=LINE, claim="The mill feeds nobody at all.")
    assert await _accept(stage, own) == 403


async def test_line_that_was_changed_meanwhile_or_is_not_there_is_not_accepted(stage: Stage) -> None:
    reply = await stage.posted(steelman=LINE)
    assert await _accept(stage, reply, "Something else that was said.") == 409
    without = await stage.posted(claim="The mill has had its time and more.")
    assert await _accept(stage, without, "") == 409
    assert (await stage.argument(without.id)).steelman_accepted_at is None


async def test_another_wording_of_the_line_is_not_accepted_any_more_but_other_edits_leave_it(stage: Stage) -> None:
    reply = await stage.posted_earlier(steelman=LINE)
    await _accept(stage, reply)
    url = f"{stage.url}/arguments/{reply.id}/edit"
    assert "is accepted as fair" in (await stage.page.get(url)).text
    said = {"claim": "The mill feeds far fewer than it did.", "grounds": GROUNDS}
    await stage.page.post(url, data={**said, "steelman": LINE, "revision": "1"})
    assert (await stage.argument(reply.id)).steelman_accepted_at is not None
    await stage.page.post(url, data={**said, "steelman": "The town needs its mill.", "revision": "2"})
    edited = await stage.argument(reply.id)
    assert (edited.steelman, edited.steelman_accepted_at, edited.version) == ("The town needs its mill.", None, 3)
    assert await stage.wrong_counts() == []


async def test_line_of_a_hidden_reply_is_not_shown(stage: Stage, client: AsyncClient) -> None:
    reply = await stage.posted(steelman=LINE)
    argument = await stage.db.get_one(Argument, (stage.debate.id, reply.id), populate_existing=True)
    await stage.decide(argument, Action.HIDE)
    for page in (client, stage.author_page):
        assert LINE not in (await page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert await _accept(stage, reply) == 403
