"""Essays as people write them, and edits of them that know where every letter went.

Words come from a small vocabulary with a few very common ones; phrases and whole sentences return, as they do in real
essays, so that words alone seldom tell a place.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.essays.canonical import BLOCK_SEPARATOR

VOCABULARY = Path(__file__).parent.parent.parent / "seeds" / "transactional-vs-institutional" / "essay.md"
COMMON = "the of and to in a is that it for as with was on be by not this are or from at which but".split()  # noqa: SIM905
STOCK_SENTENCES = 12
STOCK_PHRASES = 30
SENTENCES_REPEATED = 0.06
NEW = -1

Letter = tuple[str, int]  # With the place that it had in the old wording, or NEW.
Sentence = list[Letter]


@dataclass
class Writer:
    """Writes sentences in one voice: the same seed gives the same ones."""

    random: Random
    words: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    stock: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = sorted({word.strip(".,;:()\"'").lower() for word in VOCABULARY.read_text().split()} - set(COMMON))
        self.random.shuffle(self.words)
        self.phrases = [" ".join(self._words(self.random.randint(2, 5))) for _ in range(STOCK_PHRASES)]
        self.stock = [self._sentence() for _ in range(STOCK_SENTENCES)]

    def sentence(self) -> str:
        return self.random.choice(self.stock) if self.random.random() < SENTENCES_REPEATED else self._sentence()

    def word(self) -> str:
        if self.random.random() < 0.42:
            return COMMON[min(int(self.random.expovariate(0.2)), len(COMMON) - 1)]
        return self.words[min(int(self.random.expovariate(1 / 120)), len(self.words) - 1)]

    def _words(self, count: int) -> list[str]:
        return [self.word() for _ in range(count)]

    def _sentence(self) -> str:
        parts = self._words(self.random.randint(4, 24))
        if self.phrases and self.random.random() < 0.5:
            parts.insert(self.random.randrange(len(parts)), self.random.choice(self.phrases))
        for place in range(3, len(parts) - 2, 9):
            parts[place] += ","
        return " ".join(parts).capitalize() + self.random.choice("....?!;:")[0].replace(";", ".").replace(":", ".")


@dataclass
class Essay:
    """Paragraphs of sentences of letters. The blanks between sentences count as new: they tell nothing."""

    paragraphs: list[list[Sentence]]

    def text(self) -> str:
        return "".join(letter for letter, _ in self.letters())

    def letters(self) -> Iterator[Letter]:
        for number, paragraph in enumerate(self.paragraphs):
            if number:
                yield from ((character, NEW) for character in BLOCK_SEPARATOR)
            for place, sentence in enumerate(paragraph):
                if place:
                    yield " ", NEW
                yield from sentence

    def where(self) -> dict[int, int]:
        """For the old place of each letter that is left, its place now."""
        return {old: place for place, (_, old) in enumerate(self.letters()) if old != NEW}


def write_essay(writer: Writer, words: int) -> Essay:
    """An essay of about so many words, whose letters know their places."""
    sentences: list[list[str]] = []
    count = 0
    while count < words:
        paragraph = [writer.sentence() for _ in range(writer.random.randint(2, 8))]
        count += sum(len(sentence.split()) for sentence in paragraph)
        sentences.append(paragraph)
    essay = Essay([[[(letter, NEW) for letter in sentence] for sentence in paragraph] for paragraph in sentences])
    places = enumerate(list(essay.letters()))
    letters = iter([(letter, place) for place, (letter, _) in places])
    numbered = []
    for number, paragraph in enumerate(essay.paragraphs):
        _skip(letters, len(BLOCK_SEPARATOR) if number else 0)
        numbered.append([_take(letters, len(sentence), place) for place, sentence in enumerate(paragraph)])
    return Essay(numbered)


def _skip(letters: Iterator[Letter], count: int) -> None:
    for _ in range(count):
        next(letters)


def _take(letters: Iterator[Letter], length: int, place: int) -> Sentence:
    _skip(letters, 1 if place else 0)
    return [next(letters) for _ in range(length)]


def _new(sentence: str) -> Sentence:
    return [(letter, NEW) for letter in sentence]


def _any_paragraph(essay: Essay, random: Random, least: int = 1) -> int:
    return random.choice([number for number, paragraph in enumerate(essay.paragraphs) if len(paragraph) >= least])


def make_typo(essay: Essay, writer: Writer) -> None:
    """A letter that is wrong, missing, doubled or in the place of its neighbour."""
    paragraph = essay.paragraphs[_any_paragraph(essay, writer.random)]
    sentence = writer.random.choice(paragraph)
    place = writer.random.choice([at for at, (letter, _) in enumerate(sentence[:-1]) if letter.isalpha()])
    letter, old = sentence[place]
    kind = writer.random.randrange(4)
    if kind == 0:
        sentence[place] = (writer.random.choice("aeinorst"), old)
    elif kind == 1:
        del sentence[place]
    elif kind == 2:
        sentence.insert(place, (letter, NEW))
    else:
        sentence[place], sentence[place + 1] = (sentence[place + 1][0], old), (letter, sentence[place + 1][1])


def insert_paragraph(essay: Essay, writer: Writer) -> None:
    sentences = [_new(writer.sentence()) for _ in range(writer.random.randint(2, 6))]
    essay.paragraphs.insert(writer.random.randint(0, len(essay.paragraphs)), sentences)


def remove_paragraph(essay: Essay, writer: Writer) -> None:
    del essay.paragraphs[_any_paragraph(essay, writer.random)]


def swap_paragraphs(essay: Essay, writer: Writer) -> None:
    one, other = _any_paragraph(essay, writer.random), _any_paragraph(essay, writer.random)
    essay.paragraphs[one], essay.paragraphs[other] = essay.paragraphs[other], essay.paragraphs[one]


def split_paragraph(essay: Essay, writer: Writer) -> None:
    number = _any_paragraph(essay, writer.random, least=2)
    paragraph = essay.paragraphs[number]
    cut = writer.random.randrange(1, len(paragraph))
    essay.paragraphs[number : number + 1] = [paragraph[:cut], paragraph[cut:]]


def join_paragraphs(essay: Essay, writer: Writer) -> None:
    number = writer.random.randrange(len(essay.paragraphs) - 1)
    essay.paragraphs[number : number + 2] = [essay.paragraphs[number] + essay.paragraphs[number + 1]]


def insert_sentence(essay: Essay, writer: Writer) -> None:
    paragraph = essay.paragraphs[_any_paragraph(essay, writer.random)]
    paragraph.insert(writer.random.randint(0, len(paragraph)), _new(writer.sentence()))


def remove_sentence(essay: Essay, writer: Writer) -> None:
    paragraph = essay.paragraphs[_any_paragraph(essay, writer.random, least=2)]
    del paragraph[writer.random.randrange(len(paragraph))]


def reword_sentence(essay: Essay, writer: Writer) -> None:
    """A fifth to a half of its words are others, which stand in their place."""
    paragraph = essay.paragraphs[_any_paragraph(essay, writer.random)]
    number = writer.random.randrange(len(paragraph))
    share = writer.random.uniform(0.2, 0.5)
    paragraph[number] = [letter for word in _words(paragraph[number]) for letter in _reword(word, writer, share)]


def _words(sentence: Sentence) -> Iterator[Sentence]:
    """Words and what stands between them."""
    word: Sentence = []
    for letter in sentence:
        if word and letter[0].isalpha() != word[-1][0].isalpha():
            yield word
            word = []
        word.append(letter)
    yield word


def _reword(word: Sentence, writer: Writer, share: float) -> Sentence:
    if not word[0][0].isalpha() or writer.random.random() >= share:
        return word
    other = writer.word()
    places = [old for _, old in word][: len(other) - 1] + [word[-1][1]]
    places = places[:-1] + [NEW] * (len(other) - len(places)) + places[-1:]
    return list(zip(other, places, strict=True))


def replace_sentence(essay: Essay, writer: Writer) -> None:
    """A sentence that says something else: nothing of the old one is left."""
    paragraph = essay.paragraphs[_any_paragraph(essay, writer.random)]
    paragraph[writer.random.randrange(len(paragraph))] = _new(writer.sentence())


Edit = Callable[[Essay, Writer], None]
EDITS: dict[str, Edit] = {
    "typos": make_typo,
    "inserted paragraphs": insert_paragraph,
    "removed paragraphs": remove_paragraph,
    "swapped paragraphs": swap_paragraphs,
    "split paragraphs": split_paragraph,
    "joined paragraphs": join_paragraphs,
    "inserted sentences": insert_sentence,
    "removed sentences": remove_sentence,
    "reworded sentences": reword_sentence,
    "replaced sentences": replace_sentence,
}
