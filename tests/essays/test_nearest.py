"""The nearest words to a wrong quotation."""

import time

from app.essays.nearest import COMPARED_CHARACTERS, nearest_words

TEXT = "The mill should stay. It feeds the town, and the town has never paid for it."


def test_nearest_words_are_whole_words() -> None:
    assert nearest_words("feed the towns", TEXT) == "feeds the town,"


def test_words_unlike_the_text_have_no_nearest() -> None:
    assert nearest_words("zzzzzzzzzz", TEXT) == ""


def test_a_long_quotation_is_found_by_its_beginning() -> None:
    text = "Before that. " + " ".join(f"word{number}" for number in range(200))
    quoted = text[13:].replace("word7 ", "ward7 ")
    assert len(quoted) > COMPARED_CHARACTERS
    assert nearest_words(quoted, text) == text[13:]


def test_scripts_without_spaces_are_not_quoted_as_a_whole() -> None:
    assert nearest_words("機関車庫", "駅の裏に古い機関車の車庫がある" * 20) in "駅の裏に古い機関車の車庫がある" * 20
    assert len(nearest_words("機関車庫", "駅の裏に古い機関車の車庫がある" * 20)) < 10


def test_a_text_that_repeats_itself_costs_no_long_search() -> None:
    begin = time.perf_counter()
    nearest_words("ab" * 5_000, "aaaaaaab" * 50_000)
    assert time.perf_counter() - begin < 5
