"""Which passwords are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.password_rules import LEAST_LENGTH, MOST_LENGTH, password_problem

KNOWN = ("johnsmith", "John Smith", "smith", "example.org", "The Village Forum")


@pytest.mark.parametrize(
    "password",
    [
        "password" * 2,
        "P@ssw0rd12345678",
        "passwordpassword1!",
        "123456789012345",
        "987654321098765",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "               ",
        "🐎" * 15,
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple!",
        "thequickbrownfox",
        "johnsmithpassword",
        "JohnSmith1980JohnSmith",
        "thevillageforum!",
        "iloveyouforever2024",
        "Winter2024Winter2024",
        "rejoinderrejoinder",
    ],
)
def test_first_guesses_are_refused(password: str) -> None:
    assert "first passwords" in (password_problem(password, KNOWN) or "")


@pytest.mark.parametrize(
    "password",
    [
        "tapeworm lantern glue sky",
        "a long enough passphrase",
        "f3a9c1d07be24f86",
        "سلام یک جمله بلند برای گذرواژه",
        "🐎🔋📎🌂🚲🎺🍇🐳🧲🥁🪁🛶🍋🧊🎲",
        "my dog ate the cat",
        "Zwölf Boxkämpfer jagen",
    ],
)
def test_others_pass(password: str) -> None:
    assert password_problem(password, KNOWN) is None


def test_length_is_counted_in_characters() -> None:
    assert password_problem("tapeworm sky 1") == (
        "The password has 14 of the 15 characters that it needs. A few unrelated words do."
    )
    assert "128 is the most" in (password_problem("tapeworm lantern " * 7 + "glue sky glue") or "")


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_is_judged(password: str, known: list[str]) -> None:
    problem = password_problem(password, known)
    assert problem is None or problem.endswith((".", "do."))
    assert problem is not None or LEAST_LENGTH <= len(password) <= MOST_LENGTH
