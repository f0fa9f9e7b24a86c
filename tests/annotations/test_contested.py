"""How many answers each sentence drew, in the text and as a table."""

from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.annotations.contested import Resting, count_answers
from app.essays.blocks import Block
from app.essays.queries import ParagraphText
from app.models import Argument, Position, Relation
from tests.annotations.conftest import MILL, Mill, assert_sound
from tests.factories import cite, make_argument, make_passage
from tests.statements import counted_statements

TEXT = "One. Two. Three.\n\nFour."
PARAGRAPHS = [
    ParagraphText(Block(number=1, kind="paragraph", start=0, end=16), [(0, 4), (5, 9), (10, 16)]),
    ParagraphText(Block(number=2, kind="paragraph", start=18, end=23), [(18, 23)]),
]


def counted(*resting: Resting) -> list[tuple[int, int, int]]:
    sentences = count_answers(TEXT, PARAGRAPHS, resting)
    return [(each.argument_count, each.rebut_count, each.undercut_count) for each in sentences]


def test_an_argument_counts_for_each_sentence_of_which_it_cites_words() -> None:
    assert counted(Resting(1, 2, 7, 3, 1)) == [(1, 3, 1), (1, 3, 1), (0, 0, 0), (0, 0, 0)]


def test_an_argument_that_cites_a_sentence_twice_counts_once() -> None:
    assert counted(Resting(1, 0, 1, 2, 0), Resting(1, 2, 3, 2, 0))[0] == (1, 2, 0)


def test_a_passage_over_paragraphs_counts_in_both() -> None:
    assert [count for count, _, _ in counted(Resting(1, 12, 20, 0, 0))] == [0, 0, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 22), st.integers(1, 22), st.integers(0, 3), st.integers(0, 3))))
def test_counts_agree_with_a_plain_recount(made: list[tuple[int, int, int, int]]) -> None:
    resting = [
        Resting(number, start, min(start + length, len(TEXT)), rebuts, undercuts)
        for number, (start, length, rebuts, undercuts) in enumerate(made)
    ]
    for sentence in count_answers(TEXT, PARAGRAPHS, resting):
        here = [each for each in resting if each.start < sentence.end and each.end > sentence.start]
        assert sentence.argument_count == len(here)
        assert sentence.answer_count == sum(each.rebut_count + each.undercut_count for each in here)


async def contest(mill: Mill, words: str, *relations: Relation) -> Argument:
    side = (await mill.db.scalars(select(Position).where(Position.number == 1))).one()
    argument = await make_argument(mill.db, mill.debate, mill.author, position=side)
    await cite(mill.db, argument, await make_passage(mill.db, mill.revision, words))
    for relation in relations:
        await make_argument(mill.db, mill.debate, mill.author, parent=argument, relation=relation)
    mill.debate.version += 1
    await mill.db.commit()
    return argument


async def test_the_most_contested_sentence_stands_first_in_the_table(client: AsyncClient, mill: Mill) -> None:
    await contest(mill, "mill should stay", Relation.SUPPORT)
    await contest(mill, "river needs rest", Relation.REBUT, Relation.REBUT, Relation.UNDERCUT, Relation.SUPPORT)
    page = (await client.get(f"{MILL}/essay/contested")).text
    rows = page.partition("<tbody>")[2]
    assert rows.index("The river needs rest.") < rows.index("The mill should stay.")
    assert "<td>1</td><td>2</td><td>1</td>" in rows
    assert "Arguments rest on 2 of 4 sentences. They drew 3 answers, to 1 sentence." in page
    assert (
        'id="sentence-3" tabindex="-1"></span><mark class="contested" data-level="2">The river </mark><em><mark' in page
    )
    assert 'href="#row-3" data-number="3" aria-label="3 answers, see the table"' in page
    assert_sound(page)


async def test_withdrawn_arguments_do_not_count(client: AsyncClient, mill: Mill) -> None:
    argument = await contest(mill, "mill should stay")
    argument.withdrawn_at = argument.created_at
    await mill.db.commit()
    assert "No argument rests on a sentence of this essay yet." in (await client.get(f"{MILL}/essay/contested")).text


async def test_statements_do_not_grow_with_arguments(client: AsyncClient, mill: Mill, app: FastAPI) -> None:
    counts = []
    for more in (1, 20):
        for _ in range(more):
            await contest(mill, "feeds the town")
        with counted_statements(app) as statements:
            await client.get(f"{MILL}/essay/contested")
        counts.append(len(statements))
    assert counts[0] == counts[1]
