"""Watched words are found however they are written, and nothing else is."""

from time import process_time

import pytest

from app.models import WatchAction
from app.prevention.watched_words import BadPattern, Watched, clean_pattern, find_watched


def is_found(pattern, text):
    return bool(find_watched([text], [Watched(clean_pattern(pattern), WatchAction.BLOCK)]))


@pytest.mark.parametrize(
    "text",
    [
        "casino",
        "A CASINO!",
        "cásïno",
        "cas\u200bi\u2060no",
        "ca\u00adsino",
        "c\u0336a\u0336s\u0336i\u0336n\u0336o",
        "сasіnо",  # Three letters of it are Cyrillic.
        "ϲasino".replace("ϲ", "ｃ"),
        "𝐜𝐚𝐬𝐢𝐧𝐨",
        "c4s1n0",
        "ca$ino",
        "(casino)",
        "online-casino.example",
    ],
)
def test_a_word_is_found_however_it_is_disguised(text):
    assert is_found("casino", text)


@pytest.mark.parametrize(
    "text",
    [
        "a cas&#105;no opens",
        "cas**in**o",
        "[cas](https://example.org)ino",
        "cas<!-- nothing to see -->ino",
        "cas<b></b>ino",
        "look: \u202eonisac\u202c",
        "c.a.s.i.n.o",
        "a c a s i n o opens",
        "c-a-s-i-n-o",
        "c_a_s_i_n_o",
        "ᴄᴀꜱɪɴᴏ",
        "cas\u3164ino",
        "cas\u2800ino",
        "c\u115fas\uffa0ino",
    ],
)
def test_a_word_is_found_as_the_text_is_shown(text):
    assert is_found("casino", text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fag", "The notes F A G stand in the second bar."),
        ("abc", "Where a < b and c > d, a b c may stand for sides."),
        ("ise", "I s e e what you mean."),
        ("usable", "The U.S. able-bodied seamen of 1812."),
        ("co", "In the years 1990-2000 c. o. was an abbreviation for care of."),
    ],
)
def test_ordinary_letters_by_themselves_are_no_word(pattern, text):
    assert not is_found(pattern, text)


@pytest.mark.parametrize("text", ["casinos", "mycasino", "ca sino", "cas ino", "occasion", "kasino", ""])
def test_a_whole_word_is_not_found_within_another(text):
    assert not is_found("casino", text)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("casino*", "casinos", True),
        ("casino*", "mycasinos", False),
        ("*casino", "mycasino", True),
        ("*casino*", "mycasinos", True),
        ("c*o", "casino", True),
        ("Casíno*", "CASINOS", True),
        ("free money", "Free,  money!", True),
        ("free money", "money free", False),
        ("free money", "free my money", False),
        ("free mon*", "free monies", True),
        ("1945", "in 1945", True),
        ("so", "the 50 states", False),
        ("рассвет", "Рассвет над рекой", True),
        ("cop", "Рассвет", False),
    ],
)
def test_patterns(pattern, text, found):
    assert is_found(pattern, text) is found


def test_words_of_two_fields_are_not_in_a_row():
    watched = [Watched("free money", WatchAction.FLAG)]
    assert not find_watched(["It is free", "money is not"], watched)


def test_the_strongest_action_comes_first_and_the_words_are_shown_as_they_were_written():
    watched = [Watched("money", WatchAction.FLAG), Watched("casino", WatchAction.BLOCK), Watched("free", "hold")]
    matches = find_watched(["FREE móney at the Casino"], watched)
    assert [(match.action, match.words) for match in matches] == [
        ("block", "Casino"),
        ("hold", "FREE"),
        ("flag", "money"),
    ]


@pytest.mark.parametrize("typed", ["", "*", "a", "a*", "**", "a b*c*d*e", "free *", "!!", "x" * 61])
def test_patterns_that_say_too_little_or_too_much_are_refused(typed):
    with pytest.raises(BadPattern):
        clean_pattern(typed)


def test_one_spelling_is_kept_of_all_that_fold_alike():
    assert {clean_pattern(typed) for typed in ("Casino", "CASÍNO", " casino ", "c4sino")} == {"casino"}


def test_as_many_patterns_and_as_long_a_text_as_there_can_be_take_little_time():
    watched = [Watched(f"*word{number}*", WatchAction.FLAG) for number in range(500)]
    started = process_time()
    find_watched([" ".join(f"text{number}" for number in range(1500))], watched)
    find_watched(["a" * 10_000], [Watched("*b*a", WatchAction.FLAG)] * 100)
    assert process_time() - started < 2
