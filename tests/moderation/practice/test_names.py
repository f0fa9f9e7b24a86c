"""Names of real people are taken out of what is practised on."""

from app.moderation.practice.names import Mask

MASK = Mask(["zdenka", "Zdenka Kowalczyk", "a<b", None, ""])


def test_names_go_in_whatever_case_and_with_their_sign() -> None:
    assert MASK.text("As ZDENKA KOWALCZYK and @zdenka said.") == "As [name] and [name] said."


def test_parts_of_words_stay() -> None:
    assert MASK.text("Zdenkas and Vzdenka stay.") == "Zdenkas and Vzdenka stay."


def test_html_keeps_its_tags_and_loses_names_and_ways_to_people() -> None:
    html = '<p class="zdenka">By <a href="/people/zdenka" rel="x">zdenka</a>, or a&lt;b.</p>'
    assert MASK.html(html) == '<p class="zdenka">By <a rel="x">[name]</a>, or [name].</p>'


def test_nothing_changes_where_nobody_is_named() -> None:
    assert Mask([None]).text("As it is.") == "As it is."
    assert Mask([]).html("<p>As it is.</p>") == "<p>As it is.</p>"
