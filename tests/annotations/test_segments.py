import time

from hypothesis import given

from app.annotations.segments import MarkedPassage, passages_by_block, segment_block
from app.essays.blocks import Block, Format
from tests.annotations.strategies import MarkedEssay, marked_essays


def passage(number: int, start: int, end: int) -> MarkedPassage:
    return MarkedPassage(id=number, start=start, end=end, number=number)


def pieces(block: Block, *passages: MarkedPassage) -> list[tuple[int, int, list[int]]]:
    segments = segment_block(block, passages)
    return [(each.start, each.end, [covering.id for covering in each.passages]) for each in segments]


PLAIN = Block(number=1, kind="paragraph", start=10, end=30)


def test_a_block_without_passages_is_one_segment() -> None:
    assert pieces(PLAIN) == [(10, 30, [])]


def test_overlapping_passages_share_the_segment_where_they_meet() -> None:
    assert pieces(PLAIN, passage(1, 12, 20), passage(2, 15, 25)) == [
        (10, 12, []),
        (12, 15, [1]),
        (15, 20, [1, 2]),
        (20, 25, [2]),
        (25, 30, []),
    ]


def test_passages_that_touch_do_not_share_a_segment() -> None:
    assert pieces(PLAIN, passage(1, 10, 20), passage(2, 20, 30)) == [(10, 20, [1]), (20, 30, [2])]


def test_a_passage_is_cut_where_a_format_begins() -> None:
    block = Block(number=1, kind="paragraph", start=0, end=9, formats=(Format(3, 6, "em"),))
    segments = segment_block(block, [passage(1, 0, 5)])
    assert [(each.start, each.end, [inline.tag for inline in each.formats]) for each in segments] == [
        (0, 3, []),
        (3, 5, ["em"]),
        (5, 6, ["em"]),
        (6, 9, []),
    ]
    assert [len(each.beginning) for each in segments] == [1, 0, 0, 0]
    assert [len(each.ending) for each in segments] == [0, 1, 0, 0]


def test_a_passage_over_several_blocks_begins_and_ends_once() -> None:
    blocks = [Block(number=1, kind="paragraph", start=0, end=5), Block(number=2, kind="paragraph", start=7, end=12)]
    spanning = passage(1, 3, 9)
    by_block = passages_by_block(blocks, [spanning])
    assert by_block == {1: [spanning], 2: [spanning]}
    segments = [each for block in blocks for each in segment_block(block, by_block[block.number])]
    assert [bool(each.beginning) for each in segments] == [False, True, False, False]
    assert [bool(each.ending) for each in segments] == [False, False, True, False]


def test_a_thousand_passages_take_no_long_time() -> None:
    block = Block(number=1, kind="paragraph", start=0, end=100_000)
    passages = [passage(number, number * 90, number * 90 + 300) for number in range(1000)]
    begin = time.perf_counter()
    assert len(segment_block(block, passages)) > 1000
    assert time.perf_counter() - begin < 2


@given(marked_essays)
def test_segments_say_for_every_character_what_covers_it(marked: MarkedEssay) -> None:
    for block in marked.essay.blocks:
        segments = segment_block(block, marked.passages)
        assert [segment.start for segment in segments] == [block.start, *(each.end for each in segments[:-1])]
        assert segments[-1].end == block.end
        for segment in segments:
            for place in range(segment.start, segment.end):
                assert set(segment.passages) == {each for each in marked.passages if each.start <= place < each.end}
                assert segment.formats == tuple(each for each in block.formats if each.start <= place < each.end)


@given(marked_essays)
def test_passages_are_given_to_the_blocks_they_touch(marked: MarkedEssay) -> None:
    by_block = passages_by_block(marked.essay.blocks, marked.passages)
    for block in marked.essay.blocks:
        touching = [each for each in marked.passages if max(each.start, block.start) < min(each.end, block.end)]
        assert by_block[block.number] == touching


@given(marked_essays)
def test_every_passage_begins_once_and_ends_once(marked: MarkedEssay) -> None:
    segments = [each for block in marked.essay.blocks for each in segment_block(block, marked.passages)]
    shown = {covering for each in segments for covering in each.passages}
    assert sorted(begun.id for each in segments for begun in each.beginning) == sorted(each.id for each in shown)
    assert sorted(ended.id for each in segments for ended in each.ending) == sorted(each.id for each in shown)
