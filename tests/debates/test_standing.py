"""Where a debate stands: its page, why an argument is as strong as it is, the runs behind it, and their files."""

import csv
import io
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.interchange.analysis import analyse_votes, of_conversation
from app.interchange.polis import PolisError
from app.interchange.polis_files import read_vote_file
from app.models import Argument, Debate, Position, Relation, Stance, StandingRun, User, Vote, VoteValue
from app.standing.own_place import find_own_place
from app.standing.running import run_debate
from app.standing.settling import settle_due
from tests.factories import make_argument, make_debate, make_user
from tests.standing.camps import make_camps
from tests.statements import counted_statements

Browser = Callable[[User], Awaitable[AsyncClient]]
RUN = "/debates/mill/standing/runs/1"


@pytest.fixture
async def debate(db: AsyncSession, engine: AsyncEngine) -> Debate:
    debate = await make_camps(db)
    await db.commit()
    await settle_due(engine)
    await run_debate(engine, debate.id)
    return debate


async def result(db: AsyncSession) -> dict:  # type: ignore[type-arg]
    return (await db.scalars(select(StandingRun.result))).one()


async def test_page_answers_the_four_questions(client: AsyncClient, debate: Debate) -> None:
    page = (await client.get("/debates/mill/standing")).text
    for heading in ("Strong and unanswered", "Opinion groups", "What unites the groups", "What divides them"):
        assert heading in page
    for heading in ("On what the stances hang", "Did the debate move people?", "How sure can one be?"):
        assert heading in page
    assert "40 voters form 2 groups that vote apart" in page
    assert "style=" not in page


async def test_what_changed_minds_is_named(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    assert "Which arguments changed minds" not in (await client.get("/debates/mill/standing")).text
    argument = (await db.scalars(select(Argument).order_by(Argument.id).limit(1))).one()
    await db.execute(update(Argument).where(Argument.id == argument.id).values(credit_count=7))
    await db.execute(update(Debate).values(version=Debate.version + 1))
    await db.commit()
    page = (await client.get("/debates/mill/standing")).text
    assert f'/arguments/{argument.id}#credits">It changed 7 minds' in page


async def test_what_changed_minds_is_named_without_a_run(client: AsyncClient, db: AsyncSession) -> None:
    await make_camps(db, people=0)
    await db.execute(update(Argument).values(credit_count=2))
    await db.commit()
    page = (await client.get("/debates/mill/standing")).text
    assert "These need at least five people" in page
    assert "It changed 2 minds" in page


async def test_what_was_answered_in_turn_is_unanswered(
    client: AsyncClient, db: AsyncSession, engine: AsyncEngine
) -> None:
    debate = await make_camps(db, people=0)
    author = await make_user(db)
    answered = (await db.scalars(select(Argument).order_by(Argument.id).limit(2))).all()
    for argument in answered:
        rebuttal = await make_argument(db, debate, author, parent=argument)
    await make_argument(db, debate, author, parent=rebuttal, relation=Relation.UNDERCUT)
    await db.execute(update(Argument).where(Argument.id > answered[1].id).values(withdrawn_at=func.now()))
    await db.execute(update(Argument).where(Argument.parent_id.is_not(None)).values(withdrawn_at=None))
    await db.commit()
    await settle_due(engine)
    for path in ("/debates/mill", "/debates/mill/standing"):
        page = (await client.get(path)).text
        assert page.count("Every argument of this side has an answer that stands.") == 1
        assert page.count(f'/arguments/{answered[1].id}">{answered[1].claim}</a>') >= 1
    pages = [(await client.get(f"/debates/mill/arguments/{argument.id}")).text for argument in answered]
    assert 'data-standing="answered"' in pages[0]
    assert "each answer has been answered in turn" in pages[1]


async def test_a_debate_without_enough_votes_says_so(client: AsyncClient, db: AsyncSession) -> None:
    await make_camps(db, people=3)
    await db.commit()
    page = (await client.get("/debates/mill/standing")).text
    assert "These need at least five people who have voted; so far 3 have." in page
    assert "five people have voted" in (await client.get("/debates/mill")).text


async def test_statements_of_the_page_do_not_grow(
    app: FastAPI, client: AsyncClient, db: AsyncSession, engine: AsyncEngine
) -> None:
    counts = []
    for slug, people in (("weir", 0), ("mill", 40)):
        made = await make_camps(db, people=people, slug=slug)
        await db.commit()
        await run_debate(engine, made.id)
        with counted_statements(app) as statements:
            assert (await client.get(f"/debates/{slug}/standing")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


async def test_front_page_says_it_in_a_line(client: AsyncClient, debate: Debate) -> None:
    assert "40 voters form 2 groups that vote apart" in (await client.get("/debates/mill")).text


async def test_tables_say_what_the_pictures_show(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    page = (await client.get("/debates/mill/standing")).text
    dots = (await result(db))["map"]["dots"]
    shown = {number: page.count(f">{number}<") for number in (1, 2)}
    assert all(shown.values())
    drawn = sum(path.count("M") for path in re.findall(r'class="picture-dots[^>]*d="([^"]+)"', page))
    assert drawn == len(dots) == 40
    cells = [
        int(cell)
        for cell in re.findall(
            r"<td>(\d+)</td>", page.split('aria-label="Stances, first by latest"')[1].split("</table>")[0]
        )
    ]
    ribbons = [int(count) for count in re.findall(r'aria-label="(\d+) (?:person|people) (?:stayed|went)', page)]
    assert sorted(filter(None, cells)) == sorted(ribbons)
    assert sum(ribbons) == 40


async def test_published_input_gives_the_findings_again(
    client: AsyncClient, db: AsyncSession, debate: Debate, tmp_path: Path
) -> None:
    (tmp_path / "input.csv").write_text((await client.get(f"{RUN}/input.csv")).text)
    found = analyse_votes(*of_conversation(read_vote_file(tmp_path / "input.csv")))
    ids = [number for number, _ in found.statements]
    again = {str(group): [ids[each.statement] for each in stated] for group, stated in found.representative.items()}
    assert again == {
        group: [each["id"] for each in stated] for group, stated in (await result(db))["representative"].items()
    }
    (tmp_path / "input.csv").write_text("person,about,value\n1,2,perhaps\n")
    with pytest.raises(PolisError, match="line 2: the vote is “perhaps”"):
        read_vote_file(tmp_path / "input.csv")


async def test_only_oneself_is_marked_on_the_map(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    voter = (await db.scalars(select(User).join(Vote, Vote.user_id == User.id).limit(1))).one()
    newcomer = await make_user(db)
    await db.commit()
    assert "You are here" in (await (await browser_of(voter)).get("/debates/mill/standing")).text
    assert "You are here" not in (await (await browser_of(newcomer)).get("/debates/mill/standing")).text
    assert "You are here" not in (await client.get("/debates/mill/standing")).text


async def test_own_place_is_where_ones_dot_is(db: AsyncSession, debate: Debate) -> None:
    dots = [(x, y) for x, y, _ in (await result(db))["map"]["dots"]]
    for user_id in await db.scalars(select(Vote.user_id).distinct()):
        place = await find_own_place(db, debate.id, 1, user_id)
        assert place is not None
        x, y = (min(max(step, -50), 50) for step in place)
        assert min(max(abs(x - dot[0]), abs(y - dot[1])) for dot in dots) <= 1.0


async def test_who_all_voted_the_same_stand_in_the_middle_of_the_map(
    db: AsyncSession, engine: AsyncEngine, browser_of: Browser
) -> None:
    debate = await make_camps(db, people=0)
    argument = (await db.scalars(select(Argument).order_by(Argument.id).limit(1))).one()
    voters = [await make_user(db) for _ in range(6)]
    place = {"debate_id": debate.id, "argument_id": argument.id}
    db.add_all(Vote(**place, user_id=voter.id, value=VoteValue.AGREE) for voter in voters)
    await db.commit()
    await run_debate(engine, debate.id)
    assert (await result(db))["map"]["scale"] == 0
    assert await find_own_place(db, debate.id, 1, voters[0].id) == (0, 0)
    answer = await (await browser_of(voters[0])).get("/debates/mill/standing")
    assert answer.status_code == 200
    assert "You are here" in answer.text


async def test_who_alone_stands_apart_is_at_the_edge_as_their_dot_is(db: AsyncSession, engine: AsyncEngine) -> None:
    debate = await make_camps(db, people=0)
    common, contested = (await db.scalars(select(Argument.id).order_by(Argument.id).limit(2))).all()
    voters = [await make_user(db) for _ in range(102)]
    for number, voter in enumerate(voters):
        argument_id, value = (contested if number < 2 else common), (VoteValue.DISAGREE if number else VoteValue.AGREE)
        db.add(Vote(debate_id=debate.id, argument_id=argument_id, user_id=voter.id, value=value))
    await db.commit()
    await run_debate(engine, debate.id)
    found = (await result(db))["map"]
    assert found["scale"] == 0
    places = [await find_own_place(db, debate.id, 1, voter.id) for voter in voters[:3]]
    assert places[2] == (0, 0)
    own = [min(max(place[0], -50), 50) for place in places if place]
    assert sorted(own) == [-50, 0, 50]
    assert sorted(round(x) for x, _, _ in found["dots"] if abs(x) > 1) == [-50, 50]  # Moved a little.


async def test_results_that_are_hidden_stay_so_on_every_page(
    client: AsyncClient, db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    member = await make_user(db)
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    browser = await browser_of(member)
    argument = await db.scalar(select(Argument.id).limit(1))
    paths = ["/debates/mill/standing", RUN, f"{RUN}/map.csv", f"{RUN}/input.csv", f"{RUN}/result.json"]
    for path in [*paths, f"/debates/mill/arguments/{argument}/strength"]:
        assert (await browser.get(path)).status_code == 403
        assert (await client.get(path)).status_code in (303, 403)
    db.add(Stance(debate_id=debate.id, user_id=member.id))
    await db.commit()
    assert (await browser.get(paths[0])).status_code == 200
    page = (await client.get("/debates/mill")).text
    assert "groups that vote apart" not in page
    assert 'class="meter"' not in page


async def test_strength_is_explained_step_by_step(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    argument = (await db.scalars(select(Argument).order_by(Argument.strength.desc()).limit(1))).one()
    page = (await client.get(f"/debates/mill/arguments/{argument.id}/strength")).text
    assert f"Why {round(100 * argument.strength)}?" in page
    assert f"({argument.agree_count} + 1) / ({argument.agree_count} + {argument.disagree_count} + 2)" in page
    assert "Nobody has answered it: it stands unanswered." in page
    assert "DF-QuAD would make" in page
    assert (await client.get("/debates/mill/arguments/999999/strength")).status_code == 404


async def test_run_gives_its_formulas_in_signs(client: AsyncClient, debate: Debate) -> None:
    page = (await client.get(RUN)).text
    for formula in (
        "place = √(C / n) · Σ (x − μ) · v",
        "(s + 1) / (n + 2)",
        "r = μ + i + j + f · g",
        "tanh(z ± 1.96 / √(n + 7))",
    ):
        assert f"<code>{formula}</code>" in page


async def test_run_names_the_command_that_computes_it_again(client: AsyncClient, debate: Debate) -> None:
    page = (await client.get(RUN)).text
    assert "rejoinder standing recompute mill --run 1" in page
    assert (await client.get("/debates/mill/standing/runs/2")).status_code == 404


@pytest.mark.parametrize("name", ["map", "uniting", "dividing", "swing"])
async def test_pictures_come_as_files(client: AsyncClient, debate: Debate, name: str) -> None:
    svg = await client.get(f"{RUN}/{name}.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "attachment" in svg.headers["content-disposition"]
    assert ET.fromstring(svg.text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "class=" not in svg.text
    png = (await client.get(f"{RUN}/{name}.png")).content
    assert png.startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO((await client.get(f"{RUN}/{name}.csv")).text)))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


async def test_inputs_have_every_vote_and_no_account(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    rows = list(csv.DictReader(io.StringIO((await client.get(f"{RUN}/input.csv")).text)))
    votes = [row for row in rows if row["about"].isdecimal()]
    assert len(votes) == len(list(await db.scalars(select(Vote.user_id))))
    assert {row["person"] for row in rows} == {str(number) for number in range(1, 41)}
    for name in ["mill-", "Voter"]:
        assert name not in str(rows)


async def test_claims_that_look_like_formulas_are_made_plain(
    client: AsyncClient, db: AsyncSession, debate: Debate
) -> None:
    await db.execute(update(Argument).values(claim="=HYPERLINK(1)"))
    await db.commit()
    rows = list(csv.DictReader(io.StringIO((await client.get(f"{RUN}/uniting.csv")).text)))
    assert {row["claim"] for row in rows} == {"'=HYPERLINK(1)"}


async def test_claims_have_the_words_that_they_have_now(client: AsyncClient, db: AsyncSession, debate: Debate) -> None:
    (await db.get_one(Argument, (debate.id, (await result(db))["uniting"][0]["id"]))).claim = "Something rude."
    await db.commit()
    assert "Something rude." in (await client.get(f"{RUN}/uniting.svg")).text


async def test_stances_taken_back_are_in_no_number_and_their_number_is_said(
    client: AsyncClient, db: AsyncSession, engine: AsyncEngine, debate: Debate
) -> None:
    people = (await result(db))["swing"]["people"]
    ids = (await db.scalars(select(Stance.user_id).where(Stance.debate_id == debate.id).limit(5))).all()
    await db.execute(update(Stance).where(Stance.user_id.in_(ids)).values(withdrawn_at=Stance.latest_at))
    await db.execute(update(Debate).values(version=Debate.version + 1))
    await db.commit()
    await run_debate(engine, debate.id)
    runs = (await db.scalars(select(StandingRun).order_by(StandingRun.number))).all()
    assert [run.withdrawn_stance_count for run in runs] == [0, 5]
    assert runs[1].result["swing"]["people"] == people - 5
    assert "5 members took their stance back" in (await client.get("/debates/mill/standing")).text


async def test_a_small_group_is_not_told_by_what_the_others_leave(
    client: AsyncClient, db: AsyncSession, engine: AsyncEngine
) -> None:
    """Eight vote one way and four the other: the eight taken from all would be the four."""
    debate = await make_debate(db, "weir")
    author = await make_user(db)
    side = (await db.scalars(select(Position).where(Position.debate_id == debate.id, Position.number == 1))).one()
    voters = [await make_user(db) for _ in range(12)]
    for number in range(10):
        argument = await make_argument(db, debate, author, position=side)
        for place, voter in enumerate(voters):
            agrees = (number % 2 == 0) == (place < 8)
            value = VoteValue.AGREE if agrees else VoteValue.DISAGREE
            db.add(Vote(debate_id=debate.id, argument_id=argument.id, user_id=voter.id, value=value))
    await db.commit()
    await run_debate(engine, debate.id)
    found = await result(db)
    assert sorted(found["groups"]["sizes"]) == [4, 8]
    assert found["groups"]["is_reliable"]
    assert all(not each["groups"] for each in found["statements"])
    assert {group for *_, group in found["map"]["dots"]} == {0}
    page = (await client.get("/debates/weir/standing")).text
    assert "One of the groups has fewer than five people" in page
    assert "not reliable" not in page


async def test_a_run_offers_no_empty_pictures(client: AsyncClient, db: AsyncSession, engine: AsyncEngine) -> None:
    debate = await make_camps(db, people=6, slug="weir")
    await db.commit()
    await run_debate(engine, debate.id)
    found = await result(db)
    run = "/debates/weir/standing/runs/1"
    page = (await client.get(run)).text
    for name, has_any in (("map", True), ("uniting", bool(found["uniting"])), ("swing", False)):
        assert (f"{run}/{name}.svg" in page) == has_any
        assert ((await client.get(f"{run}/{name}.svg")).status_code == 200) == has_any
