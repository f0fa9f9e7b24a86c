import re

import html5lib
from hypothesis import given

from app.annotations.marks import render_block
from app.annotations.segments import MarkedPassage
from app.essays.canonical import parse_essay
from tests.annotations.strategies import MarkedEssay, marked_essays

MARKS = re.compile(r'</?mark\b[^>]*>|<a class="passage-ref"[^>]*></a>|<span id="passage-\d+"></span>')


def rendered(markdown: str, *passages: MarkedPassage) -> str:
    essay = parse_essay(markdown)
    return "".join(render_block(essay.text, block, passages) for block in essay.blocks)


def passage(number: int, start: int, end: int, side: int | None = None) -> MarkedPassage:
    return MarkedPassage(id=number + 40, start=start, end=end, number=number, side=side)


def test_text_is_escaped_and_formats_are_elements() -> None:
    assert rendered('a < b & "c" **d *e*** `f<g`') == (
        "a &lt; b &amp; &#34;c&#34; <strong>d <em>e</em></strong> <code>f&lt;g</code>"
    )


def test_links_go_out_without_recommendation() -> None:
    assert rendered("[x](https://example.org/?a=1&b=2)") == (
        '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow ugc noopener noreferrer">x</a>'
    )


def test_a_hard_break_is_seen_in_prose_and_stays_as_it_is_in_code() -> None:
    assert rendered("a\\\nb") == "a<br>\nb"
    assert rendered("```\na\nb\n```") == "a\nb"


def test_a_passage_is_a_mark_with_a_reference_to_its_note_after_it() -> None:
    assert rendered("one two three", passage(1, 4, 7, side=2)) == (
        'one <mark class="passage" id="passage-41" data-side="2" data-passages="41">two</mark>'
        '<a class="passage-ref" href="#note-41" data-side="2" data-number="1" aria-label="Note 1"></a> three'
    )


def test_where_passages_meet_the_mark_names_both_and_takes_no_side() -> None:
    html = rendered("abcdef", passage(1, 0, 4, side=1), passage(2, 2, 6, side=2))
    assert '<mark class="passage" id="passage-42" data-passages="41 42" data-covers="2">cd</mark>' in html
    assert '<mark class="passage" data-side="2" data-passages="42">ef</mark>' in html


def test_passages_of_one_side_keep_it_where_they_meet() -> None:
    html = rendered("abcd", passage(1, 0, 4, side=1), passage(2, 2, 4, side=1))
    assert 'data-side="1" data-passages="41 42" data-covers="2"' in html


def test_passages_with_the_same_start_are_both_to_be_reached() -> None:
    html = rendered("abcd", passage(1, 0, 4), passage(2, 0, 2))
    assert 'id="passage-41"' in html
    assert '<span id="passage-42"></span>ab</mark>' in html


def test_a_passage_without_a_note_on_the_page_has_no_reference() -> None:
    html = rendered("one two", MarkedPassage(id=41, start=0, end=3, number=None))
    assert html == '<mark class="passage" id="passage-41" data-passages="41">one</mark> two'


def test_a_note_on_another_page_is_reached_there() -> None:
    html = rendered("one", MarkedPassage(id=41, start=0, end=3, number=7, href="/passages/41"))
    assert '<a class="passage-ref" href="/passages/41" data-number="7" aria-label="Note 7"></a>' in html


def test_a_mark_lies_inside_the_format_and_is_cut_by_it() -> None:
    html = rendered("a *b c* d", passage(1, 0, 3))
    assert MARKS.sub("|", html) == "|a |<em>|b|| c</em> d"


def test_a_reference_waits_until_the_link_around_it_is_closed() -> None:
    html = rendered("[abc](https://example.org)d", passage(1, 0, 2))
    assert re.sub(r" (rel|data-number|aria-label|data-passages|id|tabindex)=\"[^\"]*\"", "", html) == (
        '<a href="https://example.org"><mark class="passage">ab</mark>c</a><a class="passage-ref" href="#note-41"></a>d'
    )


@given(marked_essays)
def test_removing_the_marks_gives_back_the_essay_alone(marked: MarkedEssay) -> None:
    for block in marked.essay.blocks:
        alone = render_block(marked.essay.text, block)
        assert MARKS.sub("", render_block(marked.essay.text, block, marked.passages)) == alone


@given(marked_essays)
def test_the_page_says_the_canonical_text_and_is_well_formed(marked: MarkedEssay) -> None:
    for block in marked.essay.blocks:
        html = render_block(marked.essay.text, block, marked.passages)
        parser = html5lib.HTMLParser(strict=True)
        fragment = parser.parseFragment(f"<code>{html}</code>")
        assert "".join(fragment.itertext()) == marked.essay.text[block.start : block.end]


@given(marked_essays)
def test_every_passage_has_one_place_to_go_to_and_one_reference(marked: MarkedEssay) -> None:
    html = "".join(render_block(marked.essay.text, block, marked.passages) for block in marked.essay.blocks)
    ids = re.findall(r' id="passage-(\d+)"', html)
    assert len(ids) == len(set(ids))
    assert sorted(ids) == sorted(re.findall(r'href="#note-(\d+)"', html))
    named = {name for names in re.findall(r'data-passages="([\d ]+)"', html) for name in names.split()}
    assert set(ids) == named
