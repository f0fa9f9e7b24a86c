"""Search finds what people mean, shows nobody what they may not see, and can be linked to."""

import html
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import (
    Action,
    Annotation,
    Argument,
    Debate,
    DebateRole,
    DebateRoleKind,
    DebateState,
    Decision,
    HouseRule,
    Paragraph,
    Position,
    Relation,
    Role,
    User,
)  # fmt: skip
from app.search.found import RANKED, RANKED_WITH_PHRASE, SHOWN
from tests.factories import make_annotation, make_argument, make_debate, make_user
from tests.statements import counted_statements

Browser = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    return await make_debate(db)


async def _argue(db: AsyncSession, debate: Debate, claim: str, **values: object) -> int:
    author = values.pop("author", None) or await make_user(db)
    if "parent" not in values:
        values["position"] = (
            await db.scalars(select(Position).where(Position.debate_id == debate.id, Position.number == 1))
        ).one()
    argument = await make_argument(db, debate, author, claim=claim, **values)  # type: ignore[arg-type]
    await db.commit()
    return argument.id


async def _found(client: AsyncClient, **asked: str) -> str:
    answer = await client.get("/search", params=asked)
    assert answer.status_code == 200
    return answer.text


def _link(id: int) -> str:
    return f'/arguments/{id}"'


async def test_words_are_found_in_any_form_and_marked(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    id = await _argue(db, debate, "Treaties bind <partners> & rivals")
    page = await _found(client, q="treaty partner rival")
    assert _link(id) in page
    assert "<mark>Treaties</mark> bind &lt;partners&gt; &amp; <mark>rivals</mark>" in page


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("cafe", True),
        ("CAFÉ river", True),
        ('"open café"', True),
        ('"café open"', False),
        ("“open café”", True),
        ("“café open”", False),
        ("„café open“", False),
        ("«café open»", False),
        ("café -river", False),
        ("café −river", False),
        ("café – river", True),
        ("café or lighthouse", True),
        ("lighthouse", False),
    ],
)
async def test_operators_accents_and_case(
    db: AsyncSession, client: AsyncClient, debate: Debate, words: str, is_found: bool
) -> None:
    id = await _argue(db, debate, "An open café at the river draws people")
    assert (_link(id) in await _found(client, q=words)) is is_found


async def test_mistyped_word_is_read_as_the_nearest_that_occurs(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argue(db, debate, "Deterrence has kept the peace")
    page = await _found(client, q="deterence")
    assert _link(id) in page
    assert "Nothing here contains “deterence”. These contain “deterrence”." in page
    assert "Nothing was found for “xylophone”" in await _found(client, q="xylophone")
    assert "Very common words" in await _found(client, q="the")


@pytest.mark.parametrize("signs", ['"', '""', "-", "_"])
async def test_signs_alone_name_nobody(db: AsyncSession, client: AsyncClient, debate: Debate, signs: str) -> None:
    await make_user(db, "under_scored")
    await db.commit()
    assert "Nothing was found" in await _found(client, q=signs)


async def test_better_matches_come_first(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    aside = await _argue(db, debate, "Something else altogether", grounds="The harbour is mentioned in passing here.")
    named = await _argue(db, debate, "The harbour decides")
    page = await _found(client, q="harbour", kind="arguments")
    assert page.index(_link(named)) < page.index(_link(aside))


async def test_hidden_text_is_found_only_by_those_who_may_see_it(
    db: AsyncSession, client: AsyncClient, browser_of: Browser, debate: Debate
) -> None:
    author, moderator = await make_user(db), await make_user(db, role=Role.MODERATOR)
    other = await make_user(db)
    id = await _argue(db, debate, "An unspeakable claim", author=author)
    decision = Decision(
        debate_id=debate.id, argument_id=id, action=Action.HIDE, moderator_id=moderator.id, explanation="No."
    )
    db.add(decision)
    await db.flush()
    (await _get(db, id)).hidden_by_id = decision.id
    await db.commit()
    for browser, sees in (
        (client, False), (await browser_of(other), False),
        (await browser_of(author), True), (await browser_of(moderator), True),
    ):  # fmt: skip
        page = await _found(browser, q="unspeakable")
        assert (_link(id) in page) is sees
    assert "Hidden</span>" in page


async def test_draft_debates_are_not_found(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    debate.state = DebateState.DRAFT
    id = await _argue(db, debate, "Not yet to be read")
    page = await _found(client, q="read mill", debate="mill")
    assert _link(id) not in page
    assert "Should the mill stay?" not in page


async def test_notes_essays_and_people_are_found_too(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    author = await make_user(db, "ferdinand")
    note = await make_annotation(db, debate, author, "Is the town really fed by this?")
    await db.commit()
    page = await _found(client, q="town fed")
    assert f'/annotations/{note.id}"' in page
    assert "<mark>town</mark> really <mark>fed</mark>" in page
    assert "<mark>feeds</mark> the <mark>town</mark>" in await _found(client, q="feeds town")
    assert 'href="/people/ferdinand"' in await _found(client, q="ferdinad")


async def test_essay_is_found_in_its_newest_wording_by_paragraph(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    number = (await db.scalars(select(Paragraph.number).order_by(Paragraph.number))).all()[-1]
    await db.commit()
    page = await _found(client, q="nobody measured", kind="essays")
    assert f'href="/debates/mill/essay#paragraph-{number}"' in page


async def test_filters_narrow_the_arguments(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    elsewhere = await make_debate(db, slug="lake")
    author = await make_user(db, "greta")
    first = await _argue(db, debate, "The barrage is old", author=author)
    parent = await _get(db, first)
    reply = await _argue(db, debate, "The barrage was renewed", parent=parent, relation=Relation.REBUT)
    linked = await _argue(db, debate, "The barrage costs", grounds="See [the budget](https://example.org/budget).")
    foreign = await _argue(db, elsewhere, "A barrage of questions")
    every = {first, reply, linked, foreign}
    for asked, expected in (
        ({}, every),
        ({"debate": "mill"}, every - {foreign}),
        ({"debate": "mill", "position": "1"}, {first, linked}),
        ({"relation": "rebut"}, {reply}),
        ({"author": "Greta"}, {first}),
        ({"cites": "yes"}, {linked}),
        ({"unanswered": "yes"}, every - {first}),
        ({"since": "2999-01-01"}, set()),
        ({"until": f"{datetime.now(UTC):%Y-%m-%d}"}, every),
    ):
        page = await _found(client, q="barrage", **asked)
        assert {id for id in every if _link(id) in page} == expected, asked


async def _get(db: AsyncSession, id: int) -> Argument:
    return (await db.scalars(select(Argument).where(Argument.id == id))).one()


async def test_without_words_a_debate_or_an_author_lists_the_newest(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    author = await make_user(db, "greta")
    ids = [await _argue(db, debate, f"Point {n}", author=author) for n in range(3)]
    page = await _found(client, author="greta", kind="arguments")
    assert [page.index(_link(id)) for id in reversed(ids)] == sorted(page.index(_link(id)) for id in ids)
    assert _link(ids[0]) not in await _found(client)


async def test_pages_follow_one_another_without_gap_or_repetition(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    author = await make_user(db)
    ids = {await _argue(db, debate, "A pebble " + "and sand " * (n % 4), author=author) for n in range(2 * SHOWN + 3)}
    seen: list[int] = []
    address = "/search?q=pebble&kind=arguments"
    while address:
        page = (await client.get(address)).text
        seen += [id for id in ids if _link(id) in page]
        more = page.partition('<nav class="more"')[2].partition("</nav>")[0].rpartition('href="')[2]
        address = more.partition('">More')[0].replace("&amp;", "&") if '">More' in more else ""
    assert len(seen) == len(ids)
    assert set(seen) == ids


@pytest.mark.parametrize(
    "address",
    [
        "q=%00", "q=" + "a" * 5000, "q=%27%22)(%26|!:*", "q=-", "q=%F0%9F%8C%8A", "q=%D7%A9%D7%9C%D7%95%D7%9D",
        "q=mill&after=nan/1", "q=mill&after=1e999/999999999999999999999", "q=mill&kind=arguments&after=x",
        "q=mill&kind=poems&position=9&relation=hug&since=2026-02-30&until=never", "q=mill&since=0001-01-01",
        "q=mill&until=9999-12-31&position=23", "debate=nowhere&q=mill", "q=a&q=b",
        "q=mill&kind=arguments&after=0.5/-3", "author=%25&debate=%25",
    ],
)  # fmt: skip
async def test_no_address_breaks_it(db: AsyncSession, client: AsyncClient, debate: Debate, address: str) -> None:
    await db.commit()
    assert (await client.get(f"/search?{address}")).status_code == 200


async def test_positions_have_their_names_once_a_debate_is_chosen_that_one_may_see(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    await make_debate(db, "draft", state=DebateState.DRAFT)
    await db.commit()
    chosen = await _found(client, q="mill", debate="mill")
    assert "A: Side 1" in chosen
    assert "C, the third" not in chosen
    for elsewhere in ("", "draft", "nowhere"):
        page = await _found(client, q="mill", debate=elsewhere)
        assert "A, the first" in page
        assert "Side 1" not in page


async def test_what_the_address_asks_in_vain_is_said(db: AsyncSession, client: AsyncClient) -> None:
    page = await _found(client, q="mill", kind="poems", since="yesterday")
    assert "a kind of find that there is not" in page
    assert "a day that is no date" in page


async def test_common_words_are_said_to_be_more_than_are_compared(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argue(db, debate, "A common claim")
    await db.execute(
        text("""
            INSERT INTO arguments (debate_id, position_id, origin, claim, grounds_markdown, grounds_html)
            SELECT debate_id, position_id, 'essay', claim, '', '' FROM arguments, generate_series(1, :more)
            WHERE id = :id
        """),
        {"more": RANKED + 5, "id": id},
    )
    await db.commit()
    assert f"more than {RANKED:,}" in await _found(client, q="common", kind="arguments")
    assert f"more than {RANKED_WITH_PHRASE:,}" in await _found(client, q='"common claim"', kind="arguments")


async def test_what_an_argument_says_back_is_found_and_shown(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argue(db, debate, "The claim speaks of other things", steelman="You say that glaciers <melt>")
    page = await _found(client, q="glacier")
    assert _link(id) in page
    assert "Says back: You say that <mark>glaciers</mark> &lt;melt&gt;" in page
    assert "Says back" not in await _found(client, q="other things")


async def test_what_a_hidden_argument_says_back_is_not_found(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argue(db, debate, "The claim speaks of other things", steelman="You say that glaciers melt")
    moderator = await make_user(db, role=Role.MODERATOR)
    decision = Decision(
        debate_id=debate.id, argument_id=id, action=Action.HIDE, moderator_id=moderator.id, explanation="No."
    )
    db.add(decision)
    await db.flush()
    (await _get(db, id)).hidden_by_id = decision.id
    await db.commit()
    assert _link(id) not in await _found(client, q="glacier")


async def test_a_mistyped_word_of_what_is_said_back_is_read_as_that(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argue(db, debate, "The claim speaks of other things", steelman="You say that glaciers melt")
    assert _link(id) in await _found(client, q="glacirs")


async def test_number_of_statements_does_not_follow_the_number_of_finds(
    db: AsyncSession, client: AsyncClient, debate: Debate, app: FastAPI
) -> None:
    author = await make_user(db)
    counts = []
    for _ in range(2):
        for _ in range(SHOWN):
            await _argue(db, debate, "A pebble and sand", author=author)
        with counted_statements(app) as statements:
            await _found(client, q="pebble")
        counts.append(len(statements))
    assert counts[0] == counts[1] == 5


async def _moderator(db: AsyncSession, browser_of: Browser) -> AsyncClient:
    person = await make_user(db, role=Role.MODERATOR)
    await db.commit()
    return await browser_of(person)


async def _take(db: AsyncSession, debate: Debate, item: Argument | Annotation, rule: HouseRule | None = None) -> None:
    """Hide it, or remove it under a rule."""
    action = Action.REMOVE if rule else Action.HIDE
    decision = Decision(debate_id=debate.id, action=action, explanation="For tests.")
    db.add(decision)
    await db.flush()
    item.hidden_by_id, item.removed_under = decision.id, rule
    await db.commit()


async def _in_every_state(db: AsyncSession, debate: Debate) -> dict[str, list[str]]:
    """An argument and a note for each, and how their finds are linked to."""
    links, author = {}, await make_user(db)
    for state, rule in (("shown", None), ("hidden", None), ("removed", HouseRule.PRIVACY)):
        argument = await _get(db, await _argue(db, debate, f"A herring that is {state}"))
        note = await make_annotation(db, debate, author, f"This herring is {state} too.")
        links[state] = [_link(argument.id), f'/annotations/{note.id}"']
        for item in (argument, note):
            if state != "shown":
                await _take(db, debate, item, rule)
    await db.commit()
    return links


@pytest.mark.parametrize("state", ["", "shown", "hidden", "removed"])
@pytest.mark.parametrize("words", [{"q": "herring"}, {"debate": "mill"}])
async def test_moderators_narrow_to_what_is_shown_hidden_or_removed(
    db: AsyncSession, browser_of: Browser, debate: Debate, state: str, words: dict[str, str]
) -> None:
    links = await _in_every_state(db, debate)
    page = await _found(await _moderator(db, browser_of), state=state, **words)
    for each, found in links.items():
        assert [link in page for link in found] == [state in ("", each)] * 2, each
    assert ("Hidden</span>" in page) is (state in ("", "hidden"))
    assert ("Removed by moderators" in page) is (state in ("", "removed"))


async def test_all_that_is_hidden_is_listed_without_words(
    db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    links = await _in_every_state(db, debate)
    browser = await _moderator(db, browser_of)
    page = await _found(browser, state="hidden")
    assert all(link in page for link in links["hidden"])
    assert not any(link in page for link in (*links["shown"], *links["removed"]))
    assert "Nothing was found" not in await _found(browser, state="removed", kind="people")


async def test_only_moderators_choose_a_state_and_only_of_their_debates(
    db: AsyncSession, client: AsyncClient, browser_of: Browser, debate: Debate
) -> None:
    links = await _in_every_state(db, debate)
    member, elsewhere, here = [await make_user(db) for _ in range(3)]
    for person, place in ((elsewhere, await make_debate(db, "dam")), (here, debate)):
        db.add(DebateRole(debate_id=place.id, user_id=person.id, kind=DebateRoleKind.MODERATOR))
    await db.commit()
    for browser in (client, await browser_of(member)):
        page = await _found(browser, q="herring", state="hidden")
        assert 'name="state"' not in page
        assert "a state of texts that there is not, or for which moderators alone can ask" in page
        assert all(link in page for link in links["shown"])
        assert not any(link in page for link in links["hidden"])
    for person, sees in ((elsewhere, False), (here, True)):
        page = await _found(await browser_of(person), q="herring", state="hidden")
        assert 'name="state"' in page
        assert [link in page for link in links["hidden"]] == [sees] * 2


async def test_pages_of_what_is_hidden_follow_one_another(
    db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    browser = await _moderator(db, browser_of)
    ids = []
    for number in range(SHOWN + 3):
        ids.append(await _argue(db, debate, f"Herring number {number} of them all"))
        await _argue(db, debate, f"Herring number {number} that stays")
        await _take(db, debate, await _get(db, ids[-1]))
    page = await _found(browser, q="herring", state="hidden", kind="arguments")
    more = html.unescape(page.partition('href="/search?')[2].partition('"')[0])
    assert "state=hidden" in more
    rest = (await browser.get(f"/search?{more}")).text
    assert sorted(id for id in ids if (_link(id) in page) is not (_link(id) in rest)) == sorted(ids)
    assert "that stays" not in page + rest
