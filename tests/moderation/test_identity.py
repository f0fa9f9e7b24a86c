"""Any decisions, then their undoing: everything is as it was, but for versions, the log and what people were told."""

from typing import Any

from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import Base
from app.doctor.examination import examine
from app.models import (
    Annotation,
    Argument,
    Case,
    Credit,
    Debate,
    DebateRole,
    Flag,
    Position,
    Sanction,
    SlowMode,
    Source,
    Stance,
    User,
    Vote,
)
from tests.factories import make_credit
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag, make_source

# Of what may be lifted, what is in force; of cases, the open ones.
TABLES: list[tuple[type[Base], Any]] = [
    (Argument, None), (Annotation, None), (Credit, None), (Source, None), (Position, None), (Debate, None),
    (Vote, None),
    (Stance, None), (Flag, None), (User, None), (DebateRole, None),
    (Case, Case.closed_at.is_(None)), (Sanction, Sanction.lifted_at.is_(None)),
    (SlowMode, SlowMode.lifted_at.is_(None)),
]  # fmt: skip
CHANGING = {"version", "unread_count"}
KINDS = (
    "hide argument", "hide annotation", "hide credit", "remove argument", "remove annotation", "remove credit",
    "remove by case", "ask_edit argument", "ask_edit annotation", "ask_edit credit", "ask_edit by case",
    "hide-until-edited argument", "lock thread", "slow thread", "dismiss", "hide by case",
    "silence", "suspend", "suspend by two", "warn", "rename", "hide source",
    "remove source", "warn here", "silence here", "suspend here", "make moderator", "make host",
    "take role", "slow debate", "lock debate", "remove debate",
)  # fmt: skip

FLAGGERS = ("newcomer", "debate_moderator", "silenced", "other_moderator", "author")


class Company:
    """Moderators who decide, each kind by the one who may."""

    def __init__(self, scene: Scene, browsers: dict[str, AsyncClient], credit: Credit, source: Source) -> None:
        self.scene, self.browsers, self.credit, self.source = scene, browsers, credit, source

    async def snapshot(self, *, with_cases: bool) -> list[Any]:
        await self.scene.db.commit()  # So that the next look sees what has been done since.
        rows: list[Any] = []
        for kind, condition in TABLES:
            if kind is Case and not with_cases:
                continue
            columns = [column for column in kind.__table__.columns if column.key not in CHANGING]
            statement = select(*columns).order_by(*kind.__table__.primary_key)
            rows.append(
                [
                    tuple(row)
                    for row in await self.scene.db.execute(
                        statement if condition is None else statement.where(condition)
                    )
                ]
            )
        await self.scene.db.commit()
        return rows

    async def open_case(self, reader: str) -> None:
        """One more flag where those before came to something, which leaves their case decided."""
        await flag(self.browsers[reader], f"/debates/mill/arguments/{self.scene.root.id}")
        await self.scene.db.commit()

    async def decide(self, kind: str) -> str | None:
        """The decision's address, or nothing where another one stands in the way."""
        form = await self._form(kind)
        if form is None:
            return None
        url, fields = form
        answer = await self.browsers["administrator"].post(url, data=decision(**fields))
        assert answer.status_code in (303, 403, 404, 409), (kind, answer.status_code)
        made = str(answer.headers.get("location", "")).partition("?")[0]
        if made.startswith("/moderation/proposals/"):
            answer = await self.browsers["site_moderator"].post(f"{made}/confirm")
            made = str(answer.headers.get("location", "")).partition("?")[0]
        return made or None

    async def undo(self, made: str) -> None:
        answer = await self.browsers["administrator"].post(f"{made}/undo", data=decision())
        assert answer.status_code == 303, answer.text

    async def _form(self, kind: str) -> tuple[str, dict[str, Any]] | None:
        """None where a case is meant and there is none."""
        scene, mill = self.scene, "/debates/mill"
        act, _, what = kind.partition(" ")
        places = {
            "argument": scene.reply_url, "annotation": scene.annotation_url,
            "credit": f"{mill}/credits/{self.credit.id}", "source": f"{mill}/sources/{self.source.id}",
        }  # fmt: skip
        if act in ("ask_edit", "hide-until-edited") and what in places:
            hiding = {"meanwhile": "hide"} if act == "hide-until-edited" else {}
            return f"{places[what]}/ask-edit", {"wanted": WHY, **hiding}
        if act in ("hide", "remove") and what in places:
            return f"{places[what]}/hide", {"action": act}
        if act == "dismiss" or what == "by case":
            case = (await scene.db.scalars(select(Case).where(Case.closed_at.is_(None)))).one_or_none()
            if case is None:
                return None
            return f"/moderation/cases/{case.id}/decide", {
                "action": act, "version": str(case.version), "wanted": WHY,
            }  # fmt: skip
        if what == "thread":
            address = f"{scene.reply_url}/{act}"
            return address, {"version": await self._version(address), "seconds": "600"}
        if what in ("", "by two"):
            return "/people/author/restrict", {"kind": act, "hours": "2160" if what else "72"}
        if what == "here":
            address = f"{mill}/people/author/measures"
            return address, {"action": act, "hours": "24", "version": await self._version(address)}
        if what == "debate":
            action = act if act == "slow" else f"{act}_debate"
            address = f"{mill}/measures"
            return address, {"action": action, "seconds": "600", "version": await self._version(address)}
        role = {"moderator": "moderator", "host": "host"}.get(what, "none")
        now = (await scene.db.execute(select(DebateRole.kind).filter_by(user_id=scene.cast["host"].id))).scalar()
        return f"{mill}/people/host/role", {"seen": now or "none", "role": role}

    async def _version(self, address: str) -> str:
        page = (await self.browsers["administrator"].get(address)).text
        return page.partition('name="version" value="')[2].partition('"')[0] or "0"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(KINDS), min_size=2, max_size=5))
async def test_decisions_then_their_undoing_are_the_identity(
    scene: Scene, browser_of: BrowserOf, kinds: list[str]
) -> None:
    await _check(await _company(scene, browser_of), kinds)


async def test_each_kind_of_decision_can_be_made_and_undone(scene: Scene, browser_of: BrowserOf) -> None:
    company = await _company(scene, browser_of)
    readers = iter(FLAGGERS)
    for kind in KINDS:
        if kind.endswith("by case") or kind == "dismiss":
            await company.open_case(next(readers))
        made = await _check(company, [kind])
        assert made == 1 or kind == "make host", kind
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def _company(scene: Scene, browser_of: BrowserOf) -> Company:
    credit = (await scene.db.scalars(select(Credit))).one_or_none()
    if credit is None:
        credit = await make_credit(scene.db, scene.root, scene.cast["author"])
        scene.db.add(make_source(scene))
        await scene.db.commit()
    source = (await scene.db.scalars(select(Source))).one()
    names = ("administrator", "site_moderator", *FLAGGERS)
    company = Company(scene, {name: await browser_of(scene.cast[name]) for name in names}, credit, source)
    root = f"/debates/mill/arguments/{scene.root.id}"
    await flag(company.browsers["newcomer"], root)
    return company


async def _check(company: Company, kinds: list[str]) -> int:
    with_cases = not {"hide by case", "remove by case"} & set(
        kinds
    )  # What is shown again stays decided: its flags came to nothing.
    before = await company.snapshot(with_cases=with_cases)
    made = [each for kind in kinds if (each := await company.decide(kind))]
    if made:
        assert await company.snapshot(with_cases=with_cases) != before or "warn" in " ".join(kinds)
    for each in reversed(made):
        await company.undo(each)
    assert await company.snapshot(with_cases=with_cases) == before
    return len(made)
