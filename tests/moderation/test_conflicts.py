"""Nobody judges their own quarrel: refused on the server, said before one starts, and in the open where nobody else
could decide."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import literal, select, text, update
from sqlalchemy.dialects import postgresql

from app.models import Argument, Case, Decision, LogEntry, ReviewMark, Role, Stake, User
from app.quarrels import has_argued
from tests.factories import make_argument
from tests.moderation.conftest import BrowserOf, Scene, argue, decision, flag, leave_alone

ARGUED = "You have argued here: another moderator has to decide."


async def open_long_ago(scene: Scene) -> Case:
    case = await scene.open_case()
    case.opened_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    return case


async def test_who_has_argued_reads_it_in_the_queue_and_on_the_case_and_is_refused(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "debate_moderator")
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert ARGUED in (await moderator.get("/moderation")).text
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert ARGUED in page
    for act in ("decide", "claim"):
        assert f'action="/moderation/cases/{case.id}/{act}"' not in page
    answer = await moderator.post(
        f"/moderation/cases/{case.id}/decide", data=decision(action="hide", version=str(case.version))
    )
    assert answer.status_code == 403
    assert ARGUED in answer.text
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    free = await browser_of(scene.cast["host"])
    assert ARGUED not in (await free.get("/moderation")).text


@pytest.mark.parametrize("act", ["hide", "lock", "undo"])
async def test_who_has_argued_neither_hides_nor_locks_nor_undoes(scene: Scene, browser_of: BrowserOf, act: str) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    url = scene.reply_url
    if act == "undo":
        url = (await moderator.post(f"{url}/hide", data=decision())).headers["location"].partition("?")[0]
    await argue(scene, "site_moderator")
    answer = await moderator.post(f"{url}/{act}", data=decision())
    assert answer.status_code == 403
    assert ARGUED in answer.text
    shown = await moderator.get(f"{url}/{'moderate' if act == 'hide' else act}")
    assert shown.status_code == 200
    assert ARGUED in shown.text


async def test_who_moderates_alone_decides_after_a_day_and_it_is_logged_as_such(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host")
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    host = await browser_of(scene.cast["host"])
    form = decision(action="hide", version=str(case.version))
    refused = await host.post(f"/moderation/cases/{case.id}/decide", data=form)
    assert refused.status_code == 403
    assert "Nobody else can decide, so you can from" in refused.text
    await open_long_ago(scene)
    assert "the decision and the log will say so" in (await host.get(f"/moderation/cases/{case.id}")).text
    made = await host.post(f"/moderation/cases/{case.id}/decide", data=form)
    assert made.status_code == 303
    assert (await scene.db.scalars(select(Decision.interest))).all()[-1] == Stake.ARGUED
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert entry.item["in_spite_of"] == "argued"
    said = "The moderator had argued in this debate; nobody else could decide."
    assert said in (await host.get("/log")).text
    assert said in (await host.get(made.headers["location"])).text


async def test_moderators_who_are_suspended_or_have_argued_do_not_count_as_others(
    scene: Scene, browser_of: BrowserOf
) -> None:
    for name in ("host", "debate_moderator"):
        await argue(scene, name)
    await leave_alone(scene, "host", "debate_moderator")
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await open_long_ago(scene)
    host = await browser_of(scene.cast["host"])
    assert "the decision and the log will say so" in (await host.get(f"/moderation/cases/{case.id}")).text
    suspended = update(User).where(User.username == "suspended").values(role=Role.MODERATOR)
    await scene.db.execute(suspended)
    await scene.db.commit()
    assert "the decision and the log will say so" in (await host.get(f"/moderation/cases/{case.id}")).text


async def test_own_words_are_decided_alone_only_after_a_day(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host")
    own = await make_argument(scene.db, scene.debate, scene.cast["host"], parent=scene.root)
    await scene.db.commit()
    await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{own.id}")
    case = await scene.open_case()
    host = await browser_of(scene.cast["host"])
    form = decision(action="dismiss", version=str(case.version))
    assert (await host.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 403
    await open_long_ago(scene)
    assert (await host.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    assert (await scene.db.scalars(select(Decision.interest))).all()[-1] == Stake.OWN


async def test_nobody_sees_who_flagged_their_own_words_or_what_others_note(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    own = (await scene.db.scalars(select(Argument).filter_by(author_id=scene.cast["debate_moderator"].id))).one()
    await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{own.id}")
    case = await scene.open_case()
    colleague = await browser_of(scene.cast["host"])
    noted = await colleague.post(f"/moderation/cases/{case.id}/notes", data={"words": "Not the first time."})
    assert noted.status_code == 303
    assert "/people/newcomer" in (await colleague.get(f"/moderation/cases/{case.id}")).text
    page = (await (await browser_of(scene.cast["debate_moderator"])).get(f"/moderation/cases/{case.id}")).text
    assert "/people/newcomer" not in page
    assert "Not the first time." not in page
    assert "stays between them" in page


async def test_who_has_argued_writes_no_notes_on_cases_there(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "You cannot write a note here." in page
    answer = await moderator.post(f"/moderation/cases/{case.id}/notes", data={"words": "Leave it, please."})
    assert answer.status_code == 403
    assert ARGUED in answer.text


async def test_moderators_do_not_take_away_marks_on_their_own_arguments(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    own = (await scene.db.scalars(select(Argument).filter_by(author_id=scene.cast["debate_moderator"].id))).one()
    url = f"/debates/mill/arguments/{own.id}/marks"
    reader = await browser_of(scene.cast["newcomer"])
    assert (await reader.post(url, data={"kind": "unclear", "words": "Which mill is meant?"})).status_code == 303
    mark = f"/debates/mill/marks/{(await scene.db.scalars(select(ReviewMark.id))).one()}"
    author = await browser_of(scene.cast["debate_moderator"])
    assert ARGUED in (await author.get(f"{mark}/moderate")).text
    assert (await author.post(f"{mark}/hide", data=decision())).status_code == 403
    host = await browser_of(scene.cast["host"])
    assert (await host.post(f"{mark}/hide", data=decision())).status_code == 303


async def test_who_argues_with_somebody_does_not_silence_them_on_the_whole_site(
    scene: Scene, browser_of: BrowserOf
) -> None:
    form = decision(kind="silence", hours="24")
    moderator = await browser_of(scene.cast["site_moderator"])
    assert 'name="kind"' in (await moderator.get("/people/author/restrict")).text
    await make_argument(scene.db, scene.debate, scene.cast["site_moderator"], parent=scene.reply)
    await scene.db.commit()
    page = (await moderator.get("/people/author/restrict")).text
    assert "You have argued with this person: another moderator has to decide." in page
    assert 'name="kind"' not in page
    assert (await moderator.post("/people/author/restrict", data=form)).status_code == 403
    free = await browser_of(scene.cast["administrator"])
    made = await free.post("/people/author/restrict", data=form)
    assert made.status_code == 303
    decided = made.headers["location"].partition("?")[0]
    assert (await moderator.post(f"{decided}/undo", data=decision())).status_code == 403


async def test_whether_somebody_has_argued_is_looked_up_however_few_have_written_however_much(scene: Scene) -> None:
    """One author of everything makes each equal author look frequent, and reading all of it cheap."""
    many = """
        INSERT INTO arguments (debate_id, position_id, origin, author_id, claim, grounds_markdown, grounds_html)
        SELECT debate_id, position_id, 'person', author_id, claim || n, '', ''
        FROM arguments, generate_series(1, 5000) n WHERE id = :id
    """
    await scene.db.execute(text(many), {"id": scene.root.id})
    await scene.db.execute(text("ANALYZE arguments"))
    moderator, debate = literal(scene.cast["debate_moderator"].id), literal(scene.debate.id)
    asked = select(User.id, has_argued(User.id, debate)).where(User.id == moderator)
    compiled = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(await scene.db.scalars(text(f"EXPLAIN {compiled}")))
    assert "ix_arguments_has_argued" in plan
