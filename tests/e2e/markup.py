"""What a test wants to know of a page's HTML: its links, the ids that links can lead to, and its forms."""

from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FormFound:
    """A form: what a browser would send of it untouched, what can be typed or chosen in it, and its buttons' texts."""

    method: str
    action: str
    sent: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)  # Of the typed ones those that no page may repeat.
    choices: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # Name, value, address of its own if it has one.
    label: str = ""


class Markup(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.forms: list[FormFound] = []
        self._form: FormFound | None = None
        self._textarea: str | None = None
        self._select = ""
        self._is_button = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = FormFound(given.get("method", "get"), given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "button":
            self._is_button = False

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea is not None:
            self._form.sent[self._textarea] += data.removeprefix("\n")
        elif self._form is not None and self._is_button:
            self._form.label += data

    def _control(self, form: FormFound, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button":
            form.buttons.append((name, given.get("value", ""), given.get("formaction", "")))
            self._is_button = True
        elif tag == "textarea":
            self._textarea = name
            form.sent[name] = ""
            form.typed.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option":
            self._choice(form, self._select, given["value"], "selected" in given or not form.choices[self._select])
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            self._choice(form, name, given.get("value", "on"), "checked" in given)
        elif tag == "input" and name:
            form.sent[name] = given.get("value", "")
            if given.get("type") != "hidden":
                form.typed.append(name)
            if given.get("type") == "password":
                form.secret.append(name)

    def _choice(self, form: FormFound, name: str, value: str, is_chosen: bool) -> None:
        form.choices[name].append(value)
        if is_chosen:
            form.sent[name] = value
