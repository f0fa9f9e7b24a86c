"""What a process keeps of pages: fragments, by the values that they were made from."""

from jinja2 import Environment
from markupsafe import Markup

from app.pages import KeptFragments, mark_slot

Row = tuple[int, str]


class Card:
    """A macro that counts how often it is rendered."""

    def __init__(self) -> None:
        self.count = 0
        environment = Environment(autoescape=True)
        environment.globals["note"] = self._note
        source = "{% macro card(row, slot) %}{{ note() }}{{ slot('vote', row[0]) }} {{ row[1] }}{% endmacro %}"
        self.macro = environment.from_string(source).module.card  # type: ignore[attr-defined]

    def _note(self) -> str:
        self.count += 1
        return ""


def test_fragment_of_an_equal_row_is_rendered_once() -> None:
    card, kept = Card(), KeptFragments()
    first = kept(card.macro, [(1, "a < b"), (2, "c")], mark_slot)
    again = kept(card.macro, [(2, "c"), (1, "a < b")], mark_slot)
    assert card.count == 2
    assert again == first[::-1]
    assert first[0].endswith(" a &lt; b")


def test_changed_row_is_rendered_anew() -> None:
    card, kept = Card(), KeptFragments()
    kept(card.macro, [(1, "one vote")], mark_slot)
    assert kept(card.macro, [(1, "two votes")], mark_slot)[0].endswith(" two votes")


def test_fragment_for_one_person_is_never_kept() -> None:
    card, kept = Card(), KeptFragments()

    def slot_of(person: str) -> object:
        return lambda _name, _id: Markup(person)

    assert kept(card.macro, [(1, "a")], slot_of("ann")) == ["ann a"]
    assert kept(card.macro, [(1, "a")], slot_of("bob")) == ["bob a"]
    assert card.count == 2
