import html5lib
from hypothesis import assume, given

from app.essays.canonical import parse_essay
from app.essays.nesting import nest_blocks
from tests.essays.strategies import markdown


def outline(source: str) -> str:
    essay = parse_essay(source)
    nested = nest_blocks(essay.blocks)
    return "".join(f"{each.opening}<p>{each.block.number}</p>{each.closing}" for each in nested)


def test_plain_paragraphs_stand_alone() -> None:
    assert outline("a\n\nb") == "<p>1</p><p>2</p>"


def test_paragraphs_of_one_quotation_share_it() -> None:
    assert outline("> a\n>\n> b\n\nc") == "<blockquote><p>1</p><p>2</p></blockquote><p>3</p>"


def test_items_share_their_list_and_say_their_number() -> None:
    assert outline("3. a\n4. b") == '<ol><li value="3"><p>1</p></li><li value="4"><p>2</p></li></ol>'


def test_two_lists_side_by_side_stay_two() -> None:
    assert outline("- a\n\n* b") == "<ul><li><p>1</p></li></ul><ul><li><p>2</p></li></ul>"


def test_a_list_nests_in_an_item_and_the_outer_list_goes_on() -> None:
    assert outline("- a\n  - b\n- c") == ("<ul><li><p>1</p><ul><li><p>2</p></li></ul></li><li><p>3</p></li></ul>")


def test_an_item_may_begin_with_a_list() -> None:
    assert outline("- - a\n  - b\n- > c") == (
        "<ul><li><ul><li><p>1</p></li><li><p>2</p></li></ul></li><li><blockquote><p>3</p></blockquote></li></ul>"
    )


@given(markdown)
def test_the_outline_is_always_well_formed(source: str) -> None:
    try:
        outlined = outline(source)
    except ValueError:
        assume(False)
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(outlined)
