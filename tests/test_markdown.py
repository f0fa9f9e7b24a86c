"""Text comes in clean and goes out as safe HTML, whatever was typed."""

import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import markdown
from app.markdown import clean_line, clean_text, one_line, render_markdown

LENGTH_LIMIT = 20_000

storable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
markup = st.lists(
    st.sampled_from(
        [
            "[",
            "](",
            ")",
            "<",
            ">",
            "&",
            "&lt;",
            "*",
            "_",
            "`",
            "|",
            "\n",
            "\n\n",
            "    ",
            "- ",
            "> ",
            "# ",
            "|-|-|\n",
            '"',
        ]
        + ["javascript:alert(1)", "data:text/html,x", "http://a.example", "//b.example", "mailto:c@d.example", "x", "é"]
        + ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<!--", "![", "\\"]
    ),
    max_size=40,
).map("".join)


@given(storable)
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(storable)
def test_clean_text_is_composed_and_has_no_control_characters(text):
    cleaned = clean_text(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert cleaned == cleaned.rstrip()


@given(storable)
def test_a_clean_line_has_no_breaks_and_cannot_turn_the_text_around(text):
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert unicodedata.is_normalized("NFC", line)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_what_the_database_cannot_store_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="cannot be stored"):
        clean_text(text)


def test_line_ends_are_line_feeds():
    assert clean_text("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_indentation_at_the_start_and_blanks_inside_stay():
    assert clean_text("\n \n    code\n\n  b  \n") == "    code\n\n  b"


def elements(html):
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [element for element in tree.iter() if element is not tree]


def assert_safe(html):
    for element in elements(html):
        assert element.tag in markdown.ALLOWED_TAGS
        allowed = markdown.ALLOWED_ATTRIBUTES.get(element.tag, set()) | ({"rel"} if element.tag == "a" else set())
        assert set(element.attrib) <= allowed
        if element.tag == "a":
            assert element.get("rel") == markdown.LINK_REL
            assert scheme_of(element.get("href", "")) in markdown.ALLOWED_SCHEMES | {""}


def scheme_of(address):
    before, colon, _ = address.partition(":")
    return before.lower() if colon and not set("/?#") & set(before) else ""


@given(storable | markup)
def test_only_allowed_elements_attributes_and_schemes_come_out(text):
    assert_safe(render_markdown(text))


@given(markup)
def test_text_shown_as_it_was_typed_is_safe_too(text):
    assert_safe(markdown._SANITISER.clean(markdown._as_typed(text)))


@given(storable | markup)
def test_one_line_is_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize("scheme", ["javascript", "JaVaScRiPt", "data", "vbscript", "ftp", "file"])
def test_links_with_other_schemes_lose_their_address(scheme):
    assert "href" not in render_markdown(f"[a]({scheme}:b) <{scheme}:b>")


@pytest.mark.parametrize("address", ["https://a.example/b", "http://a.example", "mailto:a@b.example", "/debates/1"])
def test_ordinary_links_work(address):
    (link,) = (e for e in elements(render_markdown(f"[a]({address})")) if e.tag == "a")
    assert link.get("href") == address


def test_headings_become_bold_paragraphs():
    assert render_markdown("# A *b*\n\nc") == "<p><strong>A <em>b</em></strong></p>\n<p>c</p>\n"


def test_raw_html_is_shown_not_run():
    assert render_markdown("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


def test_images_and_bare_addresses_stay_text():
    assert {e.tag for e in elements(render_markdown("![a](http://b.example/c.png)"))} == {"p", "a"}
    assert {e.tag for e in elements(render_markdown("see http://b.example"))} == {"p"}


def test_tables_are_tables():
    assert "<td>1</td>" in render_markdown("|a|b|\n|-|-|\n|1|2|")


def test_preview_keeps_the_words_only():
    assert one_line("# A *b*c\n\n- d &amp; <e>\n- [f](http://g.example)") == "A bc d & <e> f"


def test_a_text_of_little_but_markup_is_shown_as_typed():
    assert render_markdown("*a* <b>\nc\n\n" * 1000).startswith("<p>*a* &lt;b&gt;<br>\nc</p>\n")


def test_a_rich_long_argument_is_still_parsed():
    text = "A **claim** with [a source](http://a.example/b) and `code`.\n\n- one *point*\n- another\n\n" * 60
    assert "<strong>claim</strong>" in render_markdown(text)


def test_an_address_of_unusual_length_is_shown_as_typed():
    assert "href" in render_markdown(f"[a](http://b.example/{'c' * 1900})")
    assert "href" not in render_markdown(f"[a](http://b.example/{'c' * 2000})")


def repeated(pattern):
    return (pattern * LENGTH_LIMIT)[:LENGTH_LIMIT]


def cut_to_the_limit(text):
    """The longest start of the text that is still parsed, filled up with plain words: the worst that gets through."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (low, middle - 1) if markdown._is_overloaded(text[:middle]) else (middle, high)
    return text[:low] + "x" * (LENGTH_LIMIT - low)


HOSTILE = {
    "nested quotes": repeated("> "),
    "quoted lists": repeated("> - a\n"),
    "stairs of quotes": "\n".join(">" * depth + " a" for depth in range(195)),
    "stairs of lists": "\n".join("  " * depth + "- a" for depth in range(138)),
    "lists in lists": repeated("- - - a\n"),
    "opening brackets": repeated("["),
    "nested links": "[" * 5000 + "a" + "](b)" * 3700,
    "unclosed links": repeated("[a]("),
    "brackets and specials": repeated("@(+:["),
    "unclosed links with ends": repeated("[a](" * 32 + ("x" * 1900 + ")") * 10),
    "images": repeated("!["),
    "references": "[a]: /" + "b" * 6000 + "\n\n" + "[a]" * 4000,
    "backticks": repeated("` "),
    "growing backticks": "".join("e" + "`" * count for count in range(200))[:LENGTH_LIMIT],
    "emphasis": repeated("*a_ "),
    "mixed emphasis": repeated("a**b*_"),
    "wide table": ("|" + "a|" * 50 + "\n|" + "-|" * 50 + "\n" + "|a\n" * 9000)[:LENGTH_LIMIT],
    "many tables": repeated("a|b\n-|-\n\n"),
    "tables without blank lines": repeated("a|b\n-|-\n"),
    "lines": repeated("a\n"),
    "angles": repeated("<a"),
    "entities": repeated("&"),
    "specials": repeated("="),
    "long address": "[a](http://a.example/" + "é" * 19_000 + ")",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_small_and_safe(name):
    for text in (HOSTILE[name], cut_to_the_limit(HOSTILE[name])):
        html = render_markdown(text)
        assert len(html) < 10 * LENGTH_LIMIT
        assert len(elements(html)) < 15_000


def test_no_hostile_text_takes_out_of_all_proportion():
    """All of them in one process with a wide limit; it prints the slowest, which should stay under 100 ms."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, __file__], env=environment, timeout=30, check=True, capture_output=True, text=True
    )
    print(done.stdout)


def slowest_first():
    for name, text in HOSTILE.items():
        for kind, shown in (("whole", text), ("cut to the limit", cut_to_the_limit(text))):
            start = time.process_time()
            render_markdown(shown)
            yield (time.process_time() - start) * 1000, f"{name}, {kind}"


if __name__ == "__main__":
    for milliseconds, case in sorted(slowest_first(), reverse=True)[:5]:
        print(f"{milliseconds:6.1f} ms  {case}")
