"""Every kind of decision that can be undone: what it is called in the log, and the form that makes it."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from sqlalchemy import select

from app.models import Action, WatchedWord
from app.moderation.items import ItemKind
from tests.moderation.conftest import WHY
from tests.moderation.identity.company import MILL, WORD, Company
from tests.moderation.shape.conftest import PARTS

Form = tuple[str, dict[str, Any]]
Preparing = Callable[[Company], Awaitable[Form | None]]  # Nothing where another decision stands in the way.


class Kind(NamedTuple):
    action: Action
    prepare: Preparing


def place_of(company: Company, item: ItemKind) -> str:
    scene = company.scene
    return {
        ItemKind.ARGUMENTS: scene.reply_url, ItemKind.ANNOTATIONS: scene.annotation_url,
        ItemKind.CREDITS: f"{MILL}/credits/{company.credit.id}",
        ItemKind.SOURCES: f"{MILL}/sources/{company.source.id}",
        ItemKind.MARKS: f"{MILL}/marks/{company.mark.id}",
    }[item]  # fmt: skip


def hide(item: ItemKind, action: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        return f"{place_of(company, item)}/hide", {"action": action}

    return prepare


def ask_edit(item: ItemKind, **hiding: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        return f"{place_of(company, item)}/ask-edit", {"wanted": WHY, **hiding}

    return prepare


def by_case(action: str, **fields: str) -> Preparing:
    async def prepare(company: Company) -> Form | None:
        case = await company.case_of(argument_id=company.scene.root.id)
        sent = {"action": action, "wanted": WHY, **fields}
        return (f"/moderation/cases/{case.id}/decide", {**sent, "version": case.version}) if case else None

    return prepare


def about_person(action: str, **fields: str) -> Preparing:
    async def prepare(company: Company) -> Form | None:
        case = await company.case_of(person_id=company.scene.cast["author"].id)
        address = f"/moderation/cases/{case.id}/decide-about-person" if case else ""
        return (address, {"action": action, "version": case.version, **fields}) if case else None

    return prepare


async def accept_edit(company: Company) -> Form | None:
    case = await company.case_to_accept()
    sent = {"action": "accept_edit", "wanted": ""}
    return (f"/moderation/cases/{case.id}/decide", {**sent, "version": case.version}) if case else None


def with_version(address: str, **fields: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        url = address.format(reply=company.scene.reply_url)
        return url, {**fields, "version": await company.version(url) or "0"}

    return prepare


def restrict(person: str = "author", **fields: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        return f"/people/{person}/restrict", fields

    return prepare


def role(to: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        return f"{MILL}/people/host/role", {"seen": await company.role_of_host(), "role": to}

    return prepare


async def move(company: Company) -> Form | None:
    url = company.url(company.acorn, "move")
    seen = await company.version(url, "seen", to=company.elm.id)
    return (url, {"to": company.elm.id, "relation": "rebut", "seen": seen}) if seen else None


async def merge(company: Company) -> Form | None:
    url = company.url(company.oak, "merge")
    seen = await company.version(url, "seen", into=company.elm.id)
    return (url, {"into": company.elm.id, "seen": seen}) if seen else None


async def split(company: Company) -> Form | None:
    url = company.url(company.oak, "split")
    seen = await company.version(url, "seen")
    return (url, {**PARTS, f"reply-{company.acorn.id}": "goes", "seen": seen}) if seen else None


def discount(author: str) -> Preparing:
    async def prepare(company: Company) -> Form | None:
        url = f"{MILL}/vote-rings/discount"
        names = {"author": author, "voter": [voter.username for voter in company.voters[:2]]}
        version = await company.version(url, **names)
        return (url, {**names, "version": version}) if version else None

    return prepare


async def take_use_away(company: Company) -> Form:
    return company.url(company.scene.root, f"use/{company.use.id}/take-away"), {}


async def decline(company: Company) -> Form | None:
    url = f"{MILL}/waiting/{company.waiting.id}"
    version = await company.version(url)
    return (f"{url}/decline", {"version": version}) if version else None


def watch(page: str, pattern: str, action: str) -> Preparing:
    async def prepare(company: Company) -> Form:
        return f"{page}/words", {"pattern": pattern, "action": action}

    return prepare


async def unwatch(company: Company) -> Form | None:
    db = company.scene.db
    word = await db.scalar(
        select(WatchedWord.id).where(WatchedWord.pattern == WORD, WatchedWord.debate_id.is_not(None))
    )
    await db.commit()
    return (f"{MILL}/prevention/words/{word}/remove", {}) if word else None


KINDS: dict[str, Kind] = {
    **{f"hide {item}": Kind(Action.HIDE, hide(item, "hide")) for item in ItemKind},
    **{f"remove {item}": Kind(Action.REMOVE, hide(item, "remove")) for item in ItemKind},
    **{
        f"ask for an edit of {item}": Kind(Action.ASK_EDIT, ask_edit(item))
        for item in ItemKind
        if item not in (ItemKind.SOURCES, ItemKind.MARKS)  # Nobody words these anew.
    },
    "hide until edited": Kind(Action.ASK_EDIT, ask_edit(ItemKind.ARGUMENTS, meanwhile="hide")),
    "hide by case": Kind(Action.HIDE, by_case("hide")),
    "remove by case": Kind(Action.REMOVE, by_case("remove")),
    "ask for an edit by case": Kind(Action.ASK_EDIT, by_case("ask_edit")),
    "dismiss": Kind(Action.DISMISS, by_case("dismiss")),
    "accept the edit": Kind(Action.ACCEPT_EDIT, accept_edit),
    "leave a person alone": Kind(Action.DISMISS, about_person("dismiss")),
    "warn by case": Kind(Action.WARN, about_person("warn")),
    "silence by case": Kind(Action.SILENCE, about_person("silence", hours="24")),
    "rename by case": Kind(Action.RENAME, about_person("rename")),
    "lock thread": Kind(Action.LOCK, with_version("{reply}/lock")),
    "slow thread": Kind(Action.SLOW, with_version("{reply}/slow", seconds="600")),
    "slow debate": Kind(Action.SLOW, with_version(f"{MILL}/measures", action="slow", seconds="600")),
    "lock debate": Kind(Action.LOCK_DEBATE, with_version(f"{MILL}/measures", action="lock_debate")),
    "remove debate": Kind(Action.REMOVE_DEBATE, with_version(f"{MILL}/measures", action="remove_debate")),
    **{
        f"{action} here": Kind(action, with_version(f"{MILL}/people/author/measures", action=action, hours="24"))
        for action in (Action.WARN, Action.SILENCE, Action.SUSPEND)
    },
    "warn": Kind(Action.WARN, restrict(kind="warn")),
    "silence": Kind(Action.SILENCE, restrict(kind="silence", hours="72")),
    "suspend": Kind(Action.SUSPEND, restrict(kind="suspend", hours="72")),
    "suspend by two": Kind(Action.SUSPEND, restrict(kind="suspend", hours="2160")),
    "rename": Kind(Action.RENAME, restrict(kind="rename")),
    "suspend a moderator": Kind(Action.SUSPEND, restrict("debate_moderator", kind="suspend", hours="72")),
    "suspend a moderator here": Kind(
        Action.SUSPEND,
        with_version(f"{MILL}/people/debate_moderator/measures", action="suspend", hours="24"),
    ),
    "make moderator": Kind(Action.CHANGE_ROLE, role("moderator")),
    "take role": Kind(Action.CHANGE_ROLE, role("none")),
    "move": Kind(Action.MOVE, move),
    "merge": Kind(Action.MERGE, merge),
    "split": Kind(Action.SPLIT, split),
    "take a reply from elsewhere away": Kind(Action.UNUSE, take_use_away),
    "discount votes": Kind(Action.DISCOUNT, discount("author")),
    "discount votes on the other": Kind(Action.DISCOUNT, discount("member")),
    "decline a post": Kind(Action.DECLINE, decline),
    "watch a word": Kind(Action.WATCH, watch(f"{MILL}/prevention", "roulette", "hold")),
    "watch a word otherwise": Kind(Action.WATCH, watch(f"{MILL}/prevention", WORD, "block")),
    "watch a word everywhere": Kind(Action.WATCH, watch("/moderation/prevention", "roulette", "block")),
    "let first posts stand": Kind(Action.FIRST_POSTS, with_version(f"{MILL}/switches/first-posts", is_on="")),
    "hide automatically": Kind(
        Action.AUTOMATIC_HIDING, with_version(f"{MILL}/switches/automatic-hiding", is_on="true")
    ),
    "watch a word no more": Kind(Action.UNWATCH, unwatch),
}
