"""Pieces of shared pages: kept by the rows that they were made from, filled for visitors once."""

from typing import Any

import pytest
from jinja2 import Environment

from app.fragments import FragmentStore, SharedRendering, mark_slot, render_each
from app.pages import SharedPage

VISITOR = {"vote": lambda id: f"[vote on {id}]", "note": lambda *_: ""}


class Card:
    """A macro that counts how often it is rendered."""

    def __init__(self) -> None:
        self.count = 0
        environment = Environment(autoescape=True)
        environment.globals["count"] = self._count
        source = (
            "{% macro card(row, slot) %}{{ count() }}<li>{{ slot('vote', row[0]) }} {{ row[1] }}"
            "{{ slot('note', row[0], row[1]) }}</li>{% endmacro %}"
        )
        self.macro = environment.from_string(source).module.card  # type: ignore[attr-defined]

    def _count(self) -> str:
        self.count += 1
        return ""


@pytest.fixture
def card() -> Card:
    return Card()


def draw(store: FragmentStore, card: Card, rows: list[tuple[Any, ...]]) -> SharedPage:
    rendering = SharedRendering(store)
    html = f"<ol>{rendering.kept(card.macro, rows, mark_slot)}</ol>{mark_slot('vote', 9)}"
    return SharedPage("1", html.split("\0"), rendering.fragments)


def test_fragment_of_an_equal_row_is_rendered_once(card: Card) -> None:
    store = FragmentStore()
    draw(store, card, [(1, "a < b"), (2, "c")])
    page = draw(store, card, [(2, "c"), (1, "a < b")])
    assert card.count == 2
    assert page.fill_for_visitors(VISITOR) == (
        "<ol><li>[vote on 2] c</li><li>[vote on 1] a &lt; b</li></ol>[vote on 9]"
    )


def test_changed_row_is_rendered_anew(card: Card) -> None:
    store = FragmentStore()
    draw(store, card, [(1, "one vote")])
    assert "two votes" in draw(store, card, [(1, "two votes")]).fill_for_visitors(VISITOR)
    assert "one vote" in draw(store, card, [(1, "one vote")]).fill_for_visitors(VISITOR)


def test_members_page_has_their_own_slots_in_all_fragments(card: Card) -> None:
    page = draw(FragmentStore(), card, [(1, "a"), (2, "b")])
    member = {"vote": lambda id: f"[mine on {id}]", "note": lambda id, words: f" ({id} {words})"}
    page.fill_for_visitors(VISITOR)
    assert page.fill(member) == ("<ol><li>[mine on 1] a (1 a)</li><li>[mine on 2] b (2 b)</li></ol>[mine on 9]")
    assert page.values("vote") == [1, 2, 9]


def test_fragment_is_filled_anew_for_visitors_by_other_functions(card: Card) -> None:
    page = draw(FragmentStore(), card, [(1, "a")])
    page.fill_for_visitors(VISITOR)
    closed = VISITOR | {"vote": lambda _: "[closed]"}
    assert page.fill_for_visitors(closed) == "<ol><li>[closed] a</li></ol>[closed]"


def test_store_forgets_what_was_made_first(card: Card) -> None:
    store = FragmentStore(capacity=2)
    draw(store, card, [(1, "a"), (2, "b"), (3, "c")])
    draw(store, card, [(2, "b"), (3, "c")])
    assert card.count == 3
    draw(store, card, [(1, "a")])
    assert card.count == 4


def test_fragment_for_one_person_is_never_kept(card: Card) -> None:
    def slot_of(person: str) -> Any:
        return lambda name, *_: person if name == "vote" else ""

    assert render_each(card.macro, [(1, "a")], slot_of("ann")) == "<li>ann a</li>"
    assert render_each(card.macro, [(1, "a")], slot_of("bob")) == "<li>bob a</li>"
    assert card.count == 2
