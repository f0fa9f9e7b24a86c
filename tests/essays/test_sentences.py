import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.essays.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        # Names, titles and initials.
        "The U.S. and the E.U. agreed.|He said so.",
        "Mr. Smith met Dr. Jones.|They talked.",
        "J. R. R. Tolkien wrote it.|Kofi A. Annan read it.",
        "George H.\u00a0W. Bush was president.|He lost.",
        "He lives in the U.S.|The army left.",
        "She moved to Washington, D.C.|Then she came back.",
        "Ph.D. theses vs. others.",
        "Smith et al. report it.|Nobody replied.",
        # Numbers.
        "It cost 3.14 dollars.|He paid $6.50.",
        "See No. 5 and pp. 12 to 14.|Cf. vol. III.",
        "That was in 2014.|The next year was worse.",
        "1. First things first.|2. Then the rest.",
        "He said no.|Nobody asked.",
        "“No.”|She left.",
        # Phrases.
        "Some, e.g. Russia, i.e. Moscow, agree.|Others, etc.|Nobody, viz. Smith.",
        # Quotation marks, brackets, footnotes.
        "“Really?!” he asked.|“Yes.”|She nodded.",
        "(It was late.)|See [1].|Next.",
        "It is so.[2]|It was so.¹|It will be.",
        "“Stop!” — he said.|‘Why?’",
        # Ellipses and runs.
        "Wait… what?|Nothing... nothing at all...|Then he came.",
        "What?!|No!!!|¿Qué?|¡No!",
        # Words that look like abbreviations.
        "He sat.|Putin rose.",
        "Vitamin C.|The rest is water.",
        # Addresses.
        "See https://example.org/a.b?c=d!e.|Then go to www.example.com.|End.",
        # Other scripts.
        "这是第一句。|这是第二句！|真的吗？|“是的。”他说。",
        "これは文です。|「はい。」と言った。|次の文。",
        "هل هذا صحيح؟|نعم.|لا شك۔|نعم.",
        "यह वाक्य है।|दूसरा वाक्य॥",
        "Это так.|Нет, И. И. Иванов спорит.",
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str) -> None:
    assert sentences(text.replace("|", " ")) == text.split("|")


def test_scripts_without_spaces_need_none() -> None:
    assert sentences("第一句。第二句！第三句") == ["第一句。", "第二句！", "第三句"]
    assert sentences("पहला।दूसरा।") == ["पहला।", "दूसरा।"]


def test_a_hard_break_ends_a_sentence() -> None:
    assert sentences("Two roads\nand a wood.") == ["Two roads", "and a wood."]


def test_marks_without_a_word_belong_to_the_sentence_before() -> None:
    assert sentences("He left. … He came back.") == ["He left. …", "He came back."]
    assert sentences("***") == ["***"]


def test_ranges_count_code_points_from_the_start_of_the_block() -> None:
    assert split_sentences("😀 Eh. Ah.", start=10) == [(10, 15), (16, 19)]


def test_nothing_has_no_sentences() -> None:
    assert split_sentences(" \n ") == []


@pytest.mark.parametrize("hostile", ["a. ", ".", ". ", "“a. b\n", "A. ", "[1]", "”", "。", "?!… "])
def test_hostile_text_takes_no_long_time(hostile: str) -> None:
    begin = time.perf_counter()
    assert split_sentences(hostile * (100_000 // len(hostile)))
    assert time.perf_counter() - begin < 5


pieces = st.sampled_from(
    [". ", "?", "!", "…", "。", "؟", "।", "\n", "“", "”", "(", ")", "U.S.", "Mr. ", "No. 5", "a", "B", " "]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=30).map("".join), st.integers(0, 1000))
def test_every_character_that_is_not_space_is_in_exactly_one_sentence(text: str, start: int) -> None:
    spans = split_sentences(text, start)
    end_before = start
    for first, last in spans:
        assert end_before <= first < last <= start + len(text)
        assert text[end_before - start : first - start].strip() == ""
        assert text[first - start : last - start] == text[first - start : last - start].strip()
        end_before = last
    assert text[end_before - start :].strip() == ""


@given(st.sampled_from(["http://x.org/", "https://x.org/?", "www.x.org/"]), st.text("aB1.?!/&=%-…", max_size=20))
def test_an_address_is_never_split(address: str, path: str) -> None:
    spans = sentences(f"Go to {address}{path} now. Then stop.")
    assert any(f"{address}{path}" in sentence for sentence in spans)
