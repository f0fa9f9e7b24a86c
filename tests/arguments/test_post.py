"""What stands in the database, and on the pages, after an argument was posted."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import (
    ArgumentRevision,
    Citation,
    Debate,
    DebateState,
    Notification,
    NotificationKind,
    Origin,
    Passage,
    Relation,
    User,
)
from app.models.debate import CURRENT_VERSION
from tests.arguments.stage import CLAIM, GROUNDS, SCRIPT, Stage, id_of
from tests.factories import make_argument


@pytest.mark.parametrize("relation", list(Relation))
async def test_reply_stands_under_its_parent(stage: Stage, relation: Relation) -> None:
    reply = await stage.posted(relation=relation.value)
    assert (reply.parent_id, reply.root_id, reply.depth) == (stage.parent.id, stage.parent.id, 1)
    assert (reply.relation, reply.origin, reply.author_id) == (relation, Origin.PERSON, stage.member.id)
    assert (reply.claim, reply.grounds_markdown) == (CLAIM, GROUNDS)
    parent = await stage.argument(stage.parent.id)
    counts = {"support": parent.support_count, "rebut": parent.rebut_count, "undercut": parent.undercut_count}
    assert counts == {"support": 0, "rebut": 0, "undercut": 0, relation.value: 1}
    assert await stage.wrong_counts() == []


@pytest.mark.parametrize(("relation", "standing"), [("support", "Unanswered"), ("rebut", "Answered")])
async def test_answered_argument_says_so_at_once(
    stage: Stage, client: AsyncClient, relation: str, standing: str
) -> None:
    await stage.posted(relation=relation)
    header = (await client.get(stage.parent_url)).text.partition("</header>\n  <div")[0]
    assert f">{standing}</span>" in header


async def test_reply_to_a_reply_belongs_to_the_same_thread(stage: Stage) -> None:
    first = await stage.posted()
    answer = await stage.author_page.post(
        f"{stage.url}/arguments/{first.id}/replies", data=stage.fields(claim="Nine people still are people to feed.")
    )
    second = await stage.argument(id_of(answer))
    assert (second.parent_id, second.root_id, second.depth) == (first.id, stage.parent.id, 2)


async def test_pages_show_the_new_reply(stage: Stage, client: AsyncClient) -> None:
    before = (await client.get(stage.parent_url)).text
    answer = await stage.reply()
    own = await stage.page.get(answer.headers["location"])
    parent = (await client.get(stage.parent_url)).text
    assert "Your argument is posted." in own.text
    assert stage.parent.claim in own.text
    assert "<strong>nine</strong>" in own.text
    assert CLAIM not in before
    assert CLAIM in parent


async def test_first_wording_is_kept(stage: Stage) -> None:
    reply = await stage.posted()
    revision = (await stage.db.scalars(select(ArgumentRevision).filter_by(argument_id=reply.id))).one()
    assert (revision.number, revision.claim, revision.grounds_markdown) == (1, CLAIM, GROUNDS)
    assert revision.editor_id == stage.member.id


@pytest.mark.parametrize(("relation", "side"), [("support", 0), ("rebut", 1), ("undercut", 1)])
async def test_of_two_positions_a_reply_speaks_for_the_one_it_must(stage: Stage, relation: str, side: int) -> None:
    assert (await stage.posted(relation=relation)).position_id == stage.sides[side].id


@pytest.mark.parametrize(("relation", "chosen", "side"), [
    ("support", "side-3", 0), ("rebut", "side-3", 2), ("undercut", "side-2", 1), ("rebut", "", None),
])  # fmt: skip
async def test_of_more_positions_the_writer_chooses(
    wide_stage: Stage, relation: str, chosen: str, side: int | None
) -> None:
    reply = await wide_stage.posted(relation=relation, position=chosen)
    assert reply.position_id == (None if side is None else wide_stage.sides[side].id)
    assert await wide_stage.wrong_counts() == []


async def test_unknown_position_is_refused(wide_stage: Stage) -> None:
    answer = await wide_stage.reply(position="nowhere")
    assert answer.status_code == 422
    assert "Choose one of these." in answer.text


async def test_first_level_argument_speaks_for_its_position(stage: Stage) -> None:
    fields = stage.fields(relation=None, position="side-2")
    answer = await stage.page.post(f"{stage.url}/arguments", data=fields)
    argument = await stage.argument(id_of(answer))
    assert (argument.parent_id, argument.root_id, argument.depth, argument.relation) == (None, None, 0, None)
    assert argument.position_id == stage.sides[1].id
    assert await stage.wrong_counts() == []
    front = (await stage.page.get(stage.url)).text
    assert CLAIM in front


async def test_first_level_argument_needs_a_position(stage: Stage) -> None:
    answer = await stage.page.post(f"{stage.url}/arguments", data=stage.fields(relation=None))
    assert answer.status_code == 422
    assert 'href="#position"' in answer.text


async def test_parents_author_is_told_once(stage: Stage) -> None:
    key = "the-same-key"
    reply = await stage.posted(idempotency_key=key)
    await stage.posted(idempotency_key=key)
    notice = (await stage.db.scalars(select(Notification))).one()
    assert (notice.user_id, notice.kind) == (stage.author.id, NotificationKind.REPLY)
    assert (notice.actor_id, notice.argument_id) == (stage.member.id, reply.id)
    author = await stage.db.get_one(User, stage.author.id, populate_existing=True)
    assert author.unread_count == 1


async def test_nobody_is_told_of_an_own_reply_or_of_one_to_the_essay(stage: Stage) -> None:
    await stage.posted(stage.author_page)
    from_essay = await make_argument(stage.db, stage.debate, None, position=stage.sides[0])
    await stage.db.commit()
    await stage.page.post(f"{stage.url}/arguments/{from_essay.id}/replies", data=stage.fields())
    assert (await stage.db.execute(select(func.count()).select_from(Notification))).scalar_one() == 0


async def test_version_of_the_debate_rises_once(stage: Stage) -> None:
    versions = []
    for _ in range(2):
        versions.append((await stage.db.execute(select(CURRENT_VERSION))).scalar_one())
        await stage.posted()
    assert versions[1] == versions[0] + 1


async def test_exact_words_become_a_passage(stage: Stage) -> None:
    reply = await stage.posted(quote="feeds the town")
    passage = (await stage.db.scalars(select(Passage).join(Citation, Citation.passage_id == Passage.id))).one()
    assert (passage.exact, passage.paragraph_number) == ("feeds the town", 1)
    page = (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert '<mark class="passage">feeds the town</mark>' in page


async def test_passage_is_handed_over_and_found_again(stage: Stage) -> None:
    await stage.posted(quote="feeds the town")
    passage = (await stage.db.scalars(select(Passage))).one()
    await stage.db.commit()
    form = (await stage.page.get(f"{stage.parent_url}/reply?passage={passage.id}")).text
    assert "“feeds the town”" in form
    second = await stage.posted(claim="It feeds the owners more.", passage=passage.id, quote="feeds the town")
    cited = (await stage.db.scalars(select(Citation.passage_id).filter_by(argument_id=second.id))).all()
    assert cited == [passage.id]
    answer = await stage.reply(claim="It feeds the owners most.", passage=passage.id + 1)
    assert answer.status_code == 422
    assert "The essay has no such passage." in answer.text


async def test_script_is_led_to_the_new_argument(stage: Stage) -> None:
    answer = await stage.reply(headers=SCRIPT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await stage.argument(id_of(answer))).claim == CLAIM


async def test_text_is_cleaned_and_rendered_safely(stage: Stage) -> None:
    reply = await stage.posted(
        claim="  The <b>mill</b>\r\n is\u202e old & loud.  ",
        grounds="<script>alert(1)</script> [link](javascript:alert(1)) ![x](http://x.example/y.png)\r\n\r\n# Big",
    )
    assert reply.claim == "The <b>mill</b> is old & loud."
    page = (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text
    assert "The &lt;b&gt;mill&lt;/b&gt; is old &amp; loud." in page
    for unsafe in ("<script>alert", 'href="javascript', "<img", "<h1>Big"):
        assert unsafe not in page


@pytest.mark.parametrize(
    "text",
    [
        "Die Mühle ernährt 👩‍👩‍👧‍👦 nicht mehr.",
        "المطحنة تطعم المدينة كلها منذ زمن طويل",
        "磨坊养活了整个小镇的居民很久了",
    ],
)
async def test_every_script_and_emoji_can_be_posted(stage: Stage, text: str) -> None:
    reply = await stage.posted(claim=text, grounds=text * 3)
    assert reply.claim == text
    assert text in (await stage.page.get(f"{stage.url}/arguments/{reply.id}")).text


@pytest.mark.parametrize("state", [DebateState.LOCKED, DebateState.ARCHIVED])
async def test_closed_debate_takes_nothing_and_gives_the_text_back(stage: Stage, state: DebateState) -> None:
    debate = await stage.db.get_one(Debate, stage.debate.id)
    debate.state = state
    await stage.db.commit()
    answer = await stage.reply()
    assert answer.status_code == 403
    assert CLAIM in answer.text
    assert await stage.count(depth=1) == 0


async def _answers(browser: AsyncClient, stage: Stage) -> str:
    """What the form of a reply remembers of what it answers."""
    found = re.search(r'name="answers" value="([^"]+)"', (await browser.get(f"{stage.parent_url}/reply")).text)
    assert found
    return found[1]


async def test_a_reply_to_what_was_withdrawn_meanwhile_is_posted_only_when_sent_again(stage: Stage) -> None:
    seen = await _answers(stage.page, stage)
    await stage.author_page.post(f"{stage.parent_url}/withdraw")
    answer = await stage.reply(answers=seen)
    assert answer.status_code == 409
    assert "withdrawn it while you wrote" in answer.text
    assert CLAIM in answer.text
    assert await stage.count(parent_id=stage.parent.id) == 0
    newer = await _answers(stage.page, stage)
    assert f'name="answers" value="{newer}"' in answer.text
    await stage.posted(answers=newer)


async def test_a_reply_to_what_was_edited_meanwhile_shows_the_newer_wording_first(stage: Stage) -> None:
    seen = await _answers(stage.page, stage)
    newer = {"claim": "The mill feeds the upper town alone.", "grounds": GROUNDS, "revision": "1", "is_free": "yes"}
    assert (await stage.author_page.post(f"{stage.parent_url}/edit", data=newer)).status_code == 303
    for act, status in (("preview", 200), ("post", 409)):
        answer = await stage.reply(answers=seen, act=act)
        assert answer.status_code == status
        assert "has changed while you wrote" in answer.text
        assert answer.text.count(newer["claim"]) >= 2, "In the notice too, where only the form is swapped."
    assert await stage.count(parent_id=stage.parent.id) == 0


async def test_the_form_says_that_what_it_answers_was_withdrawn(stage: Stage) -> None:
    mark = 'data-standing="withdrawn"'
    assert mark not in (await stage.page.get(f"{stage.parent_url}/reply")).text
    await stage.author_page.post(f"{stage.parent_url}/withdraw")
    assert mark in (await stage.page.get(f"{stage.parent_url}/reply")).text
