"""A debate with something for every kind of decision to be about, people who have been told things, and moderators."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from httpx import AsyncClient
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.models import (
    Annotation,
    Argument,
    ArgumentLink,
    Case,
    Credit,
    DebateRole,
    Decision,
    HeldPost,
    MarkKind,
    NotificationKind,
    Position,
    Relation,
    ReviewMark,
    Source,
    User,
)
from app.notifications.commands import notify
from tests.factories import make_annotation, make_argument, make_credit, make_user
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag, make_source
from tests.moderation.shape.conftest import Grove, furnish

MILL = "/debates/mill"
WORD = "casino"  # Is watched already.


@dataclass
class Company:
    scene: Scene
    engine: AsyncEngine
    browser_of: BrowserOf
    administrator: AsyncClient  # Decides.
    colleague: AsyncClient  # Confirms what needs two.
    voters: list[User]
    oak: Argument  # By the author, on a side, with votes, credits and citations.
    acorn: Argument  # A reply to it, with votes and judgements of its link.
    elm: Argument  # By the member; it says the same as the oak.
    credit: Credit
    source: Source
    mark: ReviewMark
    edited: Annotation  # Its author has changed it as moderators had asked.
    waiting: HeldPost
    use: ArgumentLink  # Of the elm, under the root.

    def url(self, argument: Argument, act: str = "") -> str:
        return f"{MILL}/arguments/{argument.id}{'/' + act if act else ''}"

    async def version(self, address: str, name: str = "version", **query: Any) -> str:
        """What the page shows; nothing where there is nothing to decide."""
        page = (await self.administrator.get(address, params=query)).text
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        return found[1] if found else ""

    async def case_of(self, **columns: int) -> Case | None:
        """Open."""
        return await self._open_case(*(getattr(Case, name) == value for name, value in columns.items()))

    async def case_to_accept(self) -> Case | None:
        return await self._open_case(Case.annotation_id == self.edited.id)

    async def role_of_host(self) -> str:
        role = select(DebateRole.kind).filter_by(user_id=self.scene.cast["host"].id)
        found = await self.scene.db.scalar(role)
        await self.scene.db.commit()
        return found or "none"

    async def flag_all(self) -> dict[str, Case]:
        """A case of each kind that waits, by what it is about."""
        places = {
            "reply": (self.scene.reply_url, {"argument_id": self.scene.reply.id}),
            "annotation": (self.scene.annotation_url, {"annotation_id": self.scene.annotation.id}),
            "credit": (f"{MILL}/credits/{self.credit.id}", {"credit_id": self.credit.id}),
            "source": (f"{MILL}/sources/{self.source.id}", {"source_id": self.source.id}),
            "mark": (f"{MILL}/marks/{self.mark.id}", {"mark_id": self.mark.id}),
            "root": (self.url(self.scene.root), {"argument_id": self.scene.root.id}),
            "person": ("/people/author", {"person_id": self.scene.cast["author"].id}),
        }
        found = {}
        for name, (address, columns) in places.items():
            if (case := await self.case_of(**columns)) is None:
                reader = await self.browser_of(await _newcomer(self.scene))
                assert (await flag(reader, address)).status_code == 303
                case = await self.case_of(**columns)
            assert case is not None
            found[name] = case
        return found

    async def decide_together(self, cases: Collection[Case], action: str) -> Decision | None:
        """One of them; nothing where none could be decided."""
        fields = {"cases": " ".join(f"{case.id}-{case.version}" for case in cases), "action": action}
        answer = await self.administrator.post("/moderation/bulk", data=decision(**fields))
        assert answer.status_code in (200, 409), answer.text
        made = await self._newest()
        return made if answer.status_code == 200 else None

    async def undo_together(self, made: Decision) -> None:
        if made.batch_id is None:  # The only one that could be decided.
            return await self.undo(made)
        address = f"/decisions/{made.id}/undo-together"
        sent = decision(seen=await self.version(address, "seen"))
        assert (await self.administrator.post(address, data=sent)).status_code == 303

    async def send(self, address: str, fields: Mapping[str, Any]) -> Decision | None:
        """Nothing where another decision stands in the way."""
        before = await self._newest()
        answer = await self.administrator.post(address, data=decision(**fields))
        assert answer.status_code in (303, 403, 404, 409), (address, fields, answer.status_code, answer.text)
        led_to = str(answer.headers.get("location", "")).partition("?")[0]
        if led_to.startswith("/moderation/proposals/"):
            await self.colleague.post(f"{led_to}/confirm")
        made = await self._newest()
        return made if made and (before is None or made.id > before.id) else None

    async def undo(self, made: Decision) -> None:
        answer = await self.administrator.post(f"/decisions/{made.id}/undo", data=decision())
        assert answer.status_code == 303, answer.text

    async def undo_if_nothing_is_first(self, made: Decision) -> int | None:
        """Which decision is to be undone before, where that is so."""
        answer = await self.administrator.post(f"/decisions/{made.id}/undo", data=decision())
        if answer.status_code == 303:
            return None
        named = re.search(r"Undo decision (\d+) first", answer.text)
        assert answer.status_code == 409, answer.text
        assert named, answer.text
        return int(named[1])

    async def _newest(self) -> Decision | None:
        newest = (await self.scene.db.scalars(select(Decision).order_by(Decision.id.desc()).limit(1))).one_or_none()
        await self.scene.db.commit()
        return newest

    async def _open_case(self, *which: ColumnElement[bool]) -> Case | None:
        statement = select(Case).where(Case.closed_at.is_(None), *which).execution_options(populate_existing=True)
        case = (await self.scene.db.scalars(statement)).one_or_none()
        await self.scene.db.commit()
        return case


async def gather(scene: Scene, engine: AsyncEngine, browser_of: BrowserOf) -> Company:
    db, cast = scene.db, scene.cast
    credit, source = await make_credit(db, scene.root, cast["author"]), make_source(scene)
    marked = {"debate_id": scene.debate.id, "argument_id": scene.root.id, "marker_id": cast["author"].id, "slot": 1}
    mark = ReviewMark(**marked, kind=MarkKind.UNCLEAR, words="Which of the mills is meant?")
    db.add_all([source, mark])
    await db.commit()
    grove = await _grow(scene, engine, browser_of)
    company = Company(
        scene, engine, browser_of, grove.moderator, await browser_of(cast["site_moderator"]), grove.voters,
        *grove.arguments, credit, source, mark, await _edit_as_asked(scene, browser_of), await _wait(scene, browser_of),
        (await db.scalars(select(ArgumentLink))).one(),
    )  # fmt: skip
    await _tell(company)
    await company.send(f"{MILL}/prevention/words", {"pattern": WORD, "action": "flag"})
    await _flag(company)
    return company


async def _flag(company: Company) -> None:
    """What is decided by its case; each is claimed, one flag of each is taken back. Some are handed to others."""
    people = (company.scene.cast["newcomer"], company.voters[2])
    reader, other = [await company.browser_of(person) for person in people]
    flagged = [company.url(argument) for argument in (company.scene.root, company.oak, company.acorn)]
    for address in (*flagged, "/people/author"):
        for browser in (reader, other):
            assert (await flag(browser, address)).status_code == 303
        assert (await other.post(f"{address}/unflag")).status_code == 303
    await _hand_over(company)
    cases = list(await company.scene.db.scalars(select(Case.id).where(Case.closed_at.is_(None))))
    await company.scene.db.commit()
    for case in cases:
        assert (await company.administrator.post(f"/moderation/cases/{case}/claim")).status_code == 303


async def _hand_over(company: Company) -> None:
    """What is not decided by its case, and what is."""
    for argument, name in ((company.oak, "host"), (company.acorn, "host"), (company.scene.root, "debate_moderator")):
        case = await company.case_of(argument_id=argument.id)
        assert case is not None
        note = {"words": "Please read this one.", "to": company.scene.cast[name].id}
        assert (await company.administrator.post(f"/moderation/cases/{case.id}/notes", data=note)).status_code == 303


async def _grow(scene: Scene, engine: AsyncEngine, browser_of: BrowserOf) -> Grove:
    db, cast = scene.db, scene.cast
    a_month_ago = datetime.now(UTC) - timedelta(days=30)
    voters = [await make_user(db, f"voter-{number}", created_at=a_month_ago) for number in range(3)]
    sides = list(await db.scalars(select(Position).filter_by(debate_id=scene.debate.id).order_by(Position.number)))
    await db.commit()
    administrator = await browser_of(cast["administrator"])
    grove = Grove(db, engine, scene.debate, cast, voters, sides, administrator, browser_of)
    oak = await grove.grow(cast["author"], claim="The oak feeds the town and is worth seeing.")
    acorn = await grove.grow(cast["member"], oak, relation=Relation.UNDERCUT)
    elm = await grove.grow(cast["member"], claim="The oak feeds all the town.")
    for argument, voter in ((oak, 0), (oak, 1), (oak, 2), (elm, 0), (acorn, 1)):
        await grove.vote(argument, voter)
    await grove.judge(acorn, 0, bears=True)
    await furnish(grove, {0, 2})
    of_debate = {"debate_id": scene.debate.id}
    link = {"source_id": elm.id, "target_id": scene.root.id, "relation": Relation.SUPPORT}
    db.add(ArgumentLink(**of_debate, **link, author_id=cast["member"].id))
    await db.commit()
    return grove


async def _edit_as_asked(scene: Scene, browser_of: BrowserOf) -> Annotation:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["administrator"])
    note = await make_annotation(scene.db, scene.debate, scene.cast["author"], "A first wording.")
    await scene.db.commit()
    url = f"{MILL}/annotations/{note.id}"
    assert (await moderator.post(f"{url}/ask-edit", data=decision(wanted=WHY))).status_code == 303
    fields = {"kind": "note", "body": "Quite other words.", "tags": "", "revision": "1", "act": "post"}
    assert (await author.post(f"{url}/edit", data=fields)).status_code == 303
    return note


async def _wait(scene: Scene, browser_of: BrowserOf) -> HeldPost:
    scene.debate.holds_first_posts = True
    await scene.db.commit()
    fields = {
        "relation": "rebut",
        "claim": "Nobody has asked the millers.",
        "grounds": "Not one of the nine was heard.",
    }
    newcomer = await browser_of(await _newcomer(scene))
    sent = {**fields, "idempotency_key": str(uuid4())}
    assert (await newcomer.post(f"{MILL}/arguments/{scene.root.id}/replies", data=sent)).status_code == 303
    post = (await scene.db.scalars(select(HeldPost))).one()
    await scene.db.commit()
    return post


async def _tell(company: Company) -> None:
    """Notices of every sort of text, read by some and not by others, before anything is decided."""
    scene, (first, second, _) = company.scene, company.voters
    of_debate = {"debate_id": scene.debate.id, "actor_id": scene.cast["member"].id}
    for person, kind, about in (
        (scene.cast["author"], NotificationKind.REPLY, {"argument_id": company.acorn.id}),
        (scene.cast["host"], NotificationKind.REPLY, {"argument_id": scene.reply.id}),
        (scene.cast["host"], NotificationKind.CREDIT, {"argument_id": scene.root.id}),
        (scene.cast["newcomer"], NotificationKind.ANNOTATION_REPLY, {"annotation_id": scene.annotation.id}),
        (first, NotificationKind.EDIT, {"argument_id": company.oak.id}),  # Unread; the second has read nothing.
        (second, NotificationKind.NEW_ARGUMENT, {"argument_id": company.elm.id}),
        (second, NotificationKind.CITATION, {"argument_id": company.oak.id}),
    ):
        await notify(scene.db, user_id=person.id, kind=kind, **of_debate, **about)
    await scene.db.commit()
    assert (
        await (await company.browser_of(second)).post("/notifications/read", data={"up_to": "999999"})
    ).status_code < 400
    await make_argument(scene.db, scene.debate, second, parent=company.acorn)
    await scene.db.commit()


async def _newcomer(scene: Scene) -> User:
    person = await make_user(scene.db)
    await scene.db.commit()
    return person
