"""Seed folders: the real ones are sound, and wrong ones are refused with a message that helps."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.essays.canonical import parse_essay
from app.interchange.seed import SeedDebate, SeedError
from app.interchange.seed_files import read_seed
from app.interchange.seed_quotes import check_quotes
from app.models.argument import Relation

REPOSITORY = Path(__file__).parents[2]
FIRST_DEBATE = REPOSITORY / "seeds" / "transactional-vs-institutional"
THREE_POSITIONS = REPOSITORY / "tests" / "fixtures" / "three-positions"

# Of the essay as it was handed over, with each run of line breaks taken as one.
FIRST_ESSAY_SHA256 = "cb78ffcc387ea87fe7711f428bcde010b19b23e1685647e839758e241617eb00"

Change = Callable[[dict[str, Any]], object]


def depth(seed: SeedDebate, key: str) -> int:
    parents = {argument.key: argument.parent for argument in seed.arguments}
    parent = parents[key]
    return 1 if parent is None else 1 + depth(seed, parent)


@pytest.fixture(scope="module")
def first_debate() -> SeedDebate:
    return read_seed(FIRST_DEBATE)


@pytest.fixture
def changed_seed(tmp_path: Path) -> Callable[[Change], Path]:
    """Writes the three-position fixture with one change to its debate.yaml."""

    def write(change: Change) -> Path:
        debate = yaml.safe_load((THREE_POSITIONS / "debate.yaml").read_text(encoding="utf-8"))
        change(debate)
        text = yaml.safe_dump(debate, allow_unicode=True, sort_keys=False)
        (tmp_path / "debate.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "essay.md").write_bytes((THREE_POSITIONS / "essay.md").read_bytes())
        return tmp_path

    return write


def test_the_first_essay_has_the_words_it_was_handed_over_with() -> None:
    text = (FIRST_DEBATE / "essay.md").read_text(encoding="utf-8")
    words = re.sub(r"\n+", "\n", text.strip())
    assert hashlib.sha256(words.encode()).hexdigest() == FIRST_ESSAY_SHA256
    assert len(text.strip().split("\n\n")) == 6


def test_the_first_debate_takes_its_essay_apart(first_debate: SeedDebate) -> None:
    sides = Counter(argument.position for argument in first_debate.arguments)
    relations = Counter(argument.relation for argument in first_debate.arguments)
    assert sides["transactional"] >= 6
    assert sides["institutional"] >= 12
    assert relations[Relation.REBUT] >= 10
    assert relations[Relation.UNDERCUT] >= 3
    assert relations[Relation.SUPPORT] >= 8


def test_both_sides_of_the_first_debate_start_and_answer_threads(first_debate: SeedDebate) -> None:
    position = {argument.key: argument.position for argument in first_debate.arguments}
    first_level = Counter(argument.position for argument in first_debate.arguments if argument.parent is None)
    answering = {a.position for a in first_debate.arguments if a.parent and position[a.parent] != a.position}
    assert first_level["transactional"] == first_level["institutional"] >= 3
    assert answering == set(position.values())
    assert max(depth(first_debate, argument.key) for argument in first_debate.arguments) in (3, 4)


def test_supports_stay_on_one_side_and_objections_cross_over(first_debate: SeedDebate) -> None:
    position = {argument.key: argument.position for argument in first_debate.arguments}
    for argument in first_debate.arguments:
        if argument.parent is not None:
            same_side = position[argument.parent] == argument.position
            assert same_side == (argument.relation is Relation.SUPPORT), argument.key


@pytest.mark.parametrize("folder", [FIRST_DEBATE, THREE_POSITIONS], ids=lambda folder: folder.name)
def test_every_quote_stands_in_its_essay(folder: Path) -> None:
    seed = read_seed(folder)
    text = parse_essay(seed.essay.markdown).text
    spans = check_quotes(seed, text)
    for argument in seed.arguments:
        assert argument.quotes
        assert [text[start:end] for start, end in spans[argument.key]] == [quote.text for quote in argument.quotes]


def test_the_fixture_reads_with_three_positions_and_parents_before_children() -> None:
    seed = read_seed(THREE_POSITIONS)
    keys = [argument.key for argument in seed.arguments]
    assert [position.key for position in seed.positions] == ["park", "homes", "workshops"]
    assert all(a.parent is None or keys.index(a.parent) < keys.index(a.key) for a in seed.arguments)


def test_a_child_may_stand_before_its_parent_in_the_file(changed_seed: Callable[[Change], Path]) -> None:
    seed = read_seed(changed_seed(lambda debate: debate["arguments"].reverse()))
    keys = [argument.key for argument in seed.arguments]
    assert keys.index("memory") < keys.index("memory-in-a-park") < keys.index("used-roof")


def test_an_occurrence_says_which_of_several_places_is_meant() -> None:
    seed = read_seed(THREE_POSITIONS)
    text = parse_essay(seed.essay.markdown).text
    ((start, _),) = check_quotes(seed, text)["quiet-for-homes"]
    assert start == text.rfind("The yard is quiet.") != text.find("The yard is quiet.")


def first(debate: dict[str, Any]) -> dict[str, Any]:
    argument: dict[str, Any] = debate["arguments"][0]
    return argument


def by_key(debate: dict[str, Any], key: str) -> dict[str, Any]:
    argument: dict[str, Any] = next(argument for argument in debate["arguments"] if argument["key"] == key)
    return argument


WRONG_SEEDS: dict[str, tuple[Change, str, str]] = {
    "unknown name": (lambda d: d.update(motto="x"), "debate: “motto” is not known here.", "Did you mean “motion”?"),
    "unknown name in an argument": (lambda d: first(d).update(postion="x"), "argument 1 (cheapest)", "“position”"),
    "no motion": (lambda d: d.pop("motion"), "debate: “motion” is missing.", "Add a line"),
    "number for text": (lambda d: d.update(title=1984), "“title” is read as int", "Put it in quotes."),
    "empty text": (lambda d: d.update(title=" "), "“title” is empty.", "Fill it in."),
    "too long": (lambda d: first(d).update(claim="a" * 281), "“claim” has 281 characters.", "Shorten it to 280."),
    "slug with capitals": (lambda d: d.update(slug="Old Yard"), "“Old Yard” cannot be a slug.", "single hyphens"),
    "one position": (lambda d: d.update(positions=d["positions"][:1]), "“positions” has 1 entries.", "Give 2 to 5."),
    "six positions": (lambda d: d.update(positions=d["positions"] * 2), "“positions” has 6 entries.", "Give 2 to 5."),
    "same position twice": (
        lambda d: d["positions"].append(d["positions"][0]),
        "position park: the key is used 2 times.",
        "a key of its own",
    ),
    "same argument twice": (
        lambda d: d["arguments"].append(first(d)),
        "argument cheapest: the key is used 2 times.",
        "a key of its own",
    ),
    "unknown position": (lambda d: first(d).update(position="parc"), "no position “parc”", "Did you mean “park”?"),
    "unknown parent": (
        lambda d: by_key(d, "used-roof").update(parent="memori"),
        "argument used-roof: there is no argument “memori”",
        "Did you mean “memory”?",
    ),
    "parents in a circle": (
        lambda d: by_key(d, "memory").update(parent="used-roof", relation="support"),
        "run in a circle: memory → used-roof → memory-in-a-park → memory.",
        "Remove one",
    ),
    "own parent": (
        lambda d: first(d).update(parent="cheapest", relation="support"),
        "run in a circle: cheapest → cheapest.",
        "Remove one",
    ),
    "relation without parent": (lambda d: first(d).update(relation="rebut"), "a relation but no parent", "“parent:”"),
    "parent without relation": (lambda d: by_key(d, "used-roof").pop("relation"), "a parent but no relation", "rebut"),
    "unknown relation": (
        lambda d: by_key(d, "used-roof").update(relation="rebuts"),
        "“rebuts” is not a relation.",
        "Did you mean “rebut”?",
    ),
    "relation that is no text": (
        lambda d: by_key(d, "used-roof").update(relation=["rebut"]),
        "is not a relation.",
        "Did you mean “rebut”?",
    ),
    "no quotes": (lambda d: first(d).update(quotes=[]), "“quotes” has 0 entries.", "Give 1 to 10."),
    "quotes as text": (lambda d: first(d).update(quotes="A park"), "“quotes” is missing or not a list.", "- …"),
    "quote as number": (lambda d: first(d).update(quotes=[5]), "a quote is read as int", "Put it in quotes."),
    "occurrence from 0": (
        lambda d: first(d).update(quotes=[{"text": "The yard is quiet.", "occurrence": 0}]),
        "“0” is not an occurrence.",
        "Count from 1",
    ),
    "argument as text": (lambda d: d["arguments"].append("x"), "argument 9: is not a set", "Give it: key, position"),
    "control character": (lambda d: d.update(title="a\0b"), "debate: “title” cannot be stored.", "plain text"),
    "essay elsewhere": (lambda d: d["essay"].update(file="../essay.md"), "is not a plain file name.", "beside"),
    "no such essay": (lambda d: d["essay"].update(file="text.md"), "text.md, whole file: cannot be read", "Create"),
}


@pytest.mark.parametrize("name", WRONG_SEEDS)
def test_a_wrong_seed_is_refused_with_its_place_and_a_remedy(name: str, changed_seed: Callable[[Change], Path]) -> None:
    change, problem, remedy = WRONG_SEEDS[name]
    with pytest.raises(SeedError) as refusal:
        read_seed(changed_seed(change))
    assert problem in str(refusal.value)
    assert remedy in str(refusal.value)
    assert str(refusal.value).count(refusal.value.file) >= 1


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("slug: a\nslug: b\n", "line 2: the YAML cannot be read: “slug” is given twice."),
        ("title: Deals: or not\n", "line 1: the YAML cannot be read"),
        ("arguments:\n\t- key: a\n", "line 2: the YAML cannot be read"),
        ("title: 2024-99-99\n", "whole file: the YAML cannot be read"),
        ("x: !!python/object/apply:os.getcwd []\n", "line 1: the YAML cannot be read"),
        ("? [a, b]\n: c\n", "line 1: the YAML cannot be read"),
        ("[" * 5000, "the YAML cannot be read"),
        ("a\0b", "whole file: the YAML cannot be read"),
        ("", "debate: is not a set"),
    ],
)
def test_yaml_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path, source: str, problem: str) -> None:
    (tmp_path / "debate.yaml").write_text(source, encoding="utf-8")
    with pytest.raises(SeedError) as refusal:
        read_seed(tmp_path)
    assert problem in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "problem"), [(b" \n", "The essay has no text."), (b"\xff\xfe", "is not UTF-8 text.")]
)
def test_an_essay_that_is_no_text_is_refused(
    content: bytes, problem: str, changed_seed: Callable[[Change], Path]
) -> None:
    folder = changed_seed(lambda debate: debate)
    (folder / "essay.md").write_bytes(content)
    with pytest.raises(SeedError, match=f"essay.md, whole file: {problem}"):
        read_seed(folder)


def test_a_folder_without_a_debate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"debate\.yaml, whole file: cannot be read"):
        read_seed(tmp_path / "nowhere")


WRONG_QUOTES: dict[str, tuple[list[Any], str]] = {
    "a word changed": (
        ["A park would cost the least to build."],
        "The nearest text is “A park would cost the least to make.”",
    ),
    "nothing similar": (["żżż"], "does not hold the exact words “żżż”. Copy the words from the essay."),
    "two places": (["The yard is quiet."], "stand in essay.md 2 times. Quote a few more words, or say which"),
    "no third place": (
        [{"text": "The yard is quiet.", "occurrence": 3}],
        "occurrence 3 of “The yard is quiet.” does not exist. essay.md holds these words 2 times",
    ),
    "one place twice": (
        ["A park would cost", {"text": "A park would cost", "occurrence": 1}],
        "quotes the same place twice: “A park would cost”.",
    ),
}


@pytest.mark.parametrize("name", WRONG_QUOTES)
def test_a_quote_that_is_inexact_or_unclear_is_refused(name: str, changed_seed: Callable[[Change], Path]) -> None:
    quotes, message = WRONG_QUOTES[name]
    seed = read_seed(changed_seed(lambda debate: first(debate).update(quotes=quotes)))
    with pytest.raises(SeedError) as refusal:
        check_quotes(seed, parse_essay(seed.essay.markdown).text)
    assert message in str(refusal.value)
    assert f"{seed.file}, argument cheapest:" in str(refusal.value)


def test_a_quote_typed_in_decomposed_letters_is_found(changed_seed: Callable[[Change], Path]) -> None:
    seed = read_seed(changed_seed(lambda debate: first(debate).update(quotes=["cafe\u0301 in the yard"])))
    assert check_quotes_of_one(seed, "There is a café in the yard.") == (11, 27)


def check_quotes_of_one(seed: SeedDebate, text: str) -> tuple[int, int]:
    """The place of the first argument's only quote; the others are left out."""
    alone = replace(seed, arguments=seed.arguments[:1])
    return check_quotes(alone, text)["cheapest"][0]
