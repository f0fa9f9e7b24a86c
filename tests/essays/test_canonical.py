import hashlib
import json
import unicodedata

import pytest
from hypothesis import assume, given

from app.essays.blocks import Block, CanonicalEssay, Container, Format
from app.essays.canonical import MAX_ESSAY_CHARACTERS, parse_essay
from app.essays.inline import safe_href
from tests.essays.strategies import markdown


def shown(source: str) -> list[str]:
    essay = parse_essay(source)
    return [essay.text[block.start : block.end] for block in essay.blocks]


def only_block(source: str) -> Block:
    (block,) = parse_essay(source).blocks
    return block


def formats(source: str) -> list[tuple[str, str, str | None]]:
    essay = parse_essay(source)
    found = (inline for block in essay.blocks for inline in block.formats)
    return [(inline.tag, essay.text[inline.start : inline.end], inline.href) for inline in found]


def test_blocks_are_numbered_and_separated_by_an_empty_line() -> None:
    essay = parse_essay("# Title\n\nOne\ntwo.\n\n\n\nThree.")
    assert essay.text == "Title\n\nOne two.\n\nThree."
    assert [(block.number, block.kind, block.level) for block in essay.blocks] == [
        (1, "heading", 1),
        (2, "paragraph", 0),
        (3, "paragraph", 0),
    ]
    assert essay.sha256 == hashlib.sha256(essay.text.encode()).hexdigest()


def test_a_hard_break_is_one_line_end_and_a_soft_break_a_space() -> None:
    assert shown("a  \nb\\\nc\nd") == ["a\nb\nc d"]


def test_line_ends_of_every_system_give_the_same_text() -> None:
    assert parse_essay("a\r\n\r\nb\rc") == parse_essay("a\n\nb\nc")


def test_text_is_composed_even_where_a_format_or_an_entity_brings_the_accent() -> None:
    assert shown("e\u0301t\u00e9") == ["été"]
    assert shown("e&#x301;") == ["é"]
    assert shown("caf**e**\u0301s") == ["cafés"]
    assert formats("caf**e**\u0301s") == [("strong", "é", None)]
    assert formats("*e*&#x301; **after**") == [("em", "é", None), ("strong", "after", None)]


def test_formats_are_ranges_of_the_text_with_the_outer_one_first() -> None:
    assert formats("a **b *c*** `d e` ***f***") == [
        ("strong", "b c", None),
        ("em", "c", None),
        ("code", "d e", None),
        ("em", "f", None),
        ("strong", "f", None),
    ]


def test_format_offsets_count_code_points_of_the_whole_text() -> None:
    block = parse_essay("😀😀\n\n😀 *x*").blocks[1]
    assert block.formats == (Format(6, 7, "em"),)


def test_an_image_becomes_its_alternative_text() -> None:
    assert shown("See ![a *small* map](map.png).") == ["See a small map."]


@pytest.mark.parametrize("href", ["https://example.org/a?b=c#d", "http://example.org", "mailto:a@example.org"])
def test_absolute_addresses_of_safe_schemes_stay(href: str) -> None:
    assert formats(f"[x]({href})") == [("link", "x", href)]
    assert formats(f"<{href}>")[0][2] == href


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "/relative",
        "#a",
        "//x.org",
        "http:",
        "mailto:",
        "",
    ],
)
def test_other_addresses_leave_the_words_without_a_link(href: str) -> None:
    assert formats(f"[x](<{href}>)") == []
    assert shown(f"[x](<{href}>)") == ["x"]


def test_an_address_that_cannot_be_read_is_not_safe() -> None:
    assert safe_href("http://[") is None


def test_raw_html_stays_text() -> None:
    assert shown("<script>alert(1)</script>\n\na <b>c</b>") == ["<script>alert(1)</script>", "a <b>c</b>"]


def test_quotations_and_items_know_what_holds_them() -> None:
    essay = parse_essay("> one\n>\n> two\n\n3. three\n\n   more\n4. - four\n\n> # Head")
    quote, ordered, inner = Container("quote", 1), Container("ordered", 2, 3), Container("unordered", 3, 1)
    assert [(block.kind, block.containers) for block in essay.blocks] == [
        ("quote", (quote,)),
        ("quote", (quote,)),
        ("item", (ordered,)),
        ("item", (ordered,)),
        ("item", (Container("ordered", 2, 4), inner)),
        ("heading", (Container("quote", 4),)),
    ]


def test_bullets_count_their_items() -> None:
    assert [block.containers[0].item for block in parse_essay("- a\n- b\n- c").blocks] == [1, 2, 3]


def test_code_keeps_its_lines() -> None:
    essay = parse_essay("```python\n\n  if x:\n\n      y  *z*\n\n```")
    assert essay.text == "  if x:\n\n      y  *z*"
    assert (essay.blocks[0].kind, essay.blocks[0].formats) == ("code", ())


def test_a_table_becomes_one_readable_paragraph() -> None:
    essay = parse_essay("| Who | *What* |\n|---|---|\n| A | **B** |\n\nAfter.")
    assert essay.text == "Who | What\nA | B\n\nAfter."
    assert formats("| Who | *What* |\n|---|---|\n| A | **B** |") == [("em", "What", None), ("strong", "B", None)]


def test_a_thematic_break_belongs_to_the_block_after_it() -> None:
    assert [block.rule_before for block in parse_essay("a\n\n---\n\nb\n\nc").blocks] == [False, True, False]


def test_white_space_is_what_a_reader_sees() -> None:
    assert shown("a  \t b&#9;c&#10;d `e   f`") == ["a b c d e f"]


def test_control_characters_go_and_odd_line_ends_count() -> None:
    assert shown("\ufeffab\x08c\x9fd&#1;&#0;&#xD800;") == ["abcd\ufffd\ufffd\ufffd"]
    assert shown("a\x0cb\u2029c\u2028d") == ["a", "b", "c d"]


@pytest.mark.parametrize("source", ["", " \n\n\t", "---", "&nbsp;", "> ", "[a]: http://example.org"])
def test_an_essay_without_text_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="no text"):
        parse_essay(source)


def test_an_essay_beyond_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(ValueError, match=r"at most 400,000 characters; this one has 400,001"):
        parse_essay("a" * (MAX_ESSAY_CHARACTERS + 1))
    assert len(parse_essay("a" * MAX_ESSAY_CHARACTERS).text) == MAX_ESSAY_CHARACTERS


def test_nesting_beyond_the_limit_is_refused_and_never_dropped() -> None:
    with pytest.raises(ValueError, match="nested"):
        parse_essay("- " * 60 + "deep")
    assert parse_essay("> " * 30 + "deep").text == "deep"


@pytest.mark.parametrize("source", ["a" + "\u0301" * 31, "a" + "&#x301;" * 31])
def test_piled_marks_are_refused(source: str) -> None:
    with pytest.raises(ValueError, match="combining"):
        parse_essay(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\x00b", "cannot be stored"),
        ("a\ud800", "cannot be stored"),
        ("[" * 20_001, "brackets"),
        ("|a" * 200 + "\n" + "|-" * 200 + "\n" + "|b\n" * 200, "cells"),
        ("[a]: http://example.org/" + "b" * 2000 + "\n\n" + "[a] " * 300, "addresses"),
    ],
)
def test_what_no_page_could_show_is_refused(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_essay(source)


@given(markdown)
def test_every_essay_keeps_the_house_rules_of_its_text(source: str) -> None:
    essay = parsed(source)
    assert unicodedata.is_normalized("NFC", essay.text)
    assert essay.text == "\n\n".join(essay.text[block.start : block.end] for block in essay.blocks)
    assert [block.number for block in essay.blocks] == list(range(1, len(essay.blocks) + 1))
    for block in essay.blocks:
        assert essay.text[block.start : block.end].strip()
        assert not {"\r", "\x00"} & set(essay.text)


@given(markdown)
def test_formats_lie_in_their_block_and_are_nested(source: str) -> None:
    for block in parsed(source).blocks:
        for place, inline in enumerate(block.formats):
            assert block.start <= inline.start < inline.end <= block.end
            assert (inline.href is not None) == (inline.tag == "link")
            for later in block.formats[place + 1 :]:
                is_apart = later.start >= inline.end
                is_inside = inline.start <= later.start and later.end <= inline.end
                assert is_apart or is_inside


@given(markdown)
def test_an_essay_survives_json(source: str) -> None:
    essay = parsed(source)
    assert CanonicalEssay.from_json(json.loads(json.dumps(essay.to_json()))) == essay


def parsed(source: str) -> CanonicalEssay:
    try:
        return parse_essay(source)
    except ValueError:
        assume(False)
        raise
