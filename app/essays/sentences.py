"""Where the sentences of a block begin and end, for the picker that needs neither mouse nor script.

Written here, after a look at what exists: pysbd has had no release since 2021; sentencex 1.0.32 panics on a no-break
space before an initial and takes quadratic time on open quotation marks; sentencesplit 0.1.0 splits inside addresses
and, in its English profile, misses Arabic and Hindi stops. The rules are few and lean to fewer, longer sentences where
they cannot know: a picker can offer the exact words, but a sentence cut in two looks broken.
"""

import re
import unicodedata

# Stops that end a sentence without a space after them.
_HARD_STOPS = "。！？｡؟۔।॥"
_OPENERS = "\"'“‘«‹„‚([{¿¡「『（《〈【"
_CLOSERS = r"\"'”’»›)\]}」』）》〉】"

# A run of stops, a footnote's number, what closes after them; or a line end.
_STOP = re.compile(rf"[.!?…{_HARD_STOPS}]+(?:\[\d{{1,4}}\]|[¹²³⁰⁴-⁹])*[{_CLOSERS}]*|\n")
_WORD_BEFORE = re.compile(r"[^\s\"'“‘«‹„‚(\[{—–/]+\Z")
_WORD_AFTER = re.compile(r"[^\W\d_]+")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_])")
_ROMAN = re.compile(r"[IVXLC]+\b")
# Long enough for any abbreviation; it bounds the work for each stop.
_LONGEST_WORD = 24


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A name or a phrase always follows. Upper and lower case count: "Gen." is a title, "sat." a word.
_NEVER_LAST = _words(
    "Mr Mrs Ms Mx Dr Prof Gen Sen Rep Gov Pres Capt Cmdr Lt Col Maj Sgt Rev Hon St Mt Fr Messrs Mme Mlle e.g E.g "
    "i.e I.e eg ie cf Cf viz Viz vs v approx ca"
)
# A number follows; before anything else these are words ("No." is an answer).
_BEFORE_NUMBER = _words("no nos nr vol p pp fig figs art arts sec ch chap par para ed eq ex op bk pt l ll n nn")
# These may end a sentence: then the next one has to begin with a word that seldom begins a name.
_MAYBE_LAST = _words(
    "al Jr Sr Inc Ltd Co Corp Bros Dept dept Univ Est est Ave Blvd Rd Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct "
    "Nov Dec Mon Tue Wed Thu Fri Sat Sun"
)
_BEGINNERS = _words(
    "a after all also although an and another any are as at because before both but by did do does during each "
    "even every few finally first for from furthermore had has have having he her here his how however i if in "
    "indeed instead is it its last later many may meanwhile moreover most my nevertheless no none nor not nothing "
    "now of often on once one only or other our perhaps second she should similarly since so some still such than "
    "that the their then there therefore these they third this those though through thus to today under unless "
    "until unlike was we were what when where whether which while who why will with without would yet you your"
)


def split_sentences(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Ranges in code points, without white space at their ends, that together cover every other character.

    `start` is the block's own place and is added to each. A line end always ends a sentence; an address never holds
    an end, as stops inside it have no space after them.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        if _ends_sentence(text, begin, stop):
            _append(spans, text, begin, stop.end())
            begin = stop.end()
    _append(spans, text, begin, len(text))
    return [(start + first, start + last) for first, last in spans]


def _append(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    """Adds the range; marks without a word ("…", "***") go to the sentence before them on the same line."""
    words = text[begin:end]
    first, last = begin + len(words) - len(words.lstrip()), begin + len(words.rstrip())
    if first >= last:
        return
    if spans and not any(map(str.isalnum, words)) and "\n" not in text[spans[-1][1] : first]:
        spans[-1] = (spans[-1][0], last)
    else:
        spans.append((first, last))


def _ends_sentence(text: str, begin: int, stop: re.Match[str]) -> bool:
    mark, end = stop.group(), stop.end()
    if mark == "\n" or end == len(text):
        return True
    if not text[end].isspace():
        is_hard = mark[-1] in _HARD_STOPS
        return is_hard and not _continues_cluster(text[end])
    following = text[end : end + _LONGEST_WORD].lstrip()
    after = following.lstrip(_OPENERS)
    if not following:
        return True
    if not after or not _can_begin(after[0]):
        return False
    return mark != "." or not _is_abbreviation(text, begin, stop.start(), after)


def _continues_cluster(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Mc", "Cf"}


def _can_begin(character: str) -> bool:
    """Letters that are not small ones (many scripts have no case), digits, and symbols such as currency signs."""
    return not character.islower() and unicodedata.category(character)[0] in "LNS"


def _is_abbreviation(text: str, begin: int, dot: int, after: str) -> bool:
    window = text[max(begin, dot - _LONGEST_WORD) : dot]
    if dot - begin <= len(window) and _ENUMERATOR.fullmatch(window.strip()):
        return True
    found = _WORD_BEFORE.search(window)
    word = found.group() if found else ""
    if word in _NEVER_LAST:
        return True
    if word.lower() in _BEFORE_NUMBER and (after[0].isdigit() or _ROMAN.match(after)):
        return True
    is_initial = len(word) == 1 and word.isupper()
    if is_initial or word in _MAYBE_LAST or _DOTTED.fullmatch(word):
        return not _begins_sentence(after)
    return False


def _begins_sentence(after: str) -> bool:
    word = _WORD_AFTER.match(after)
    if word is None or after[word.end() : word.end() + 1] == ".":
        return False
    return word.group().lower() in _BEGINNERS
