"""A debate in which everything has happened that happens in debates, by the forms of the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.accounts.links import make_administrator_link, make_link, make_reset_link
from app.db import transaction
from app.models import AccessToken, Annotation, Appeal, Case, Credit, Decision, KnownCase, LinkPurpose, TokenScope
from app.prevention import traps
from tests.e2e.people import Person, person
from tests.e2e.rings import make_ring_debate
from tests.e2e.site import MILL, YARD, Site
from tests.factories import ESSAY

CLAIM = "A quiet yard is worth more to its neighbours than a full one."
GROUNDS = "Sleep is worth something, and nobody who lives beside the fence was asked about *noise*. That has to count."
WATCHED = "Advertisements for gambling came in dozens last week."
REASONS = {"house_rule": "civil", "explanation": "It speaks about its author and not about the claim that it answers."}


@contextmanager
def quick_fingers() -> Iterator[None]:
    """Programs type faster than people do, which would send each first post to a moderator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traps, "QUICKEST_POST", timedelta(0))
        yield


async def arrange(site: Site) -> dict[str, str]:
    """The names in PAGES with the ids or tokens that they stand for."""
    with quick_fingers():
        return await _arrange(site)


async def _arrange(site: Site) -> dict[str, str]:
    author, member, keeper, host = [await person(site, name) for name in ("author", "member", "keeper", "host")]
    places = await _argue(author, member)
    places |= await _moderate(site, author, member, keeper)
    places |= await _hide_credit(site, author, keeper, places["reply"])
    places |= await _make_links(site)
    places |= await _discuss(author, member, places["annotation"])
    places |= await _revise(author, host)
    places |= await _reshape(author, member, keeper)
    places |= await _decide_together(site, author, member, keeper)
    places |= await _hold(host, keeper)
    places |= await _report(member, keeper)
    places |= await _mark(keeper, places["argument"])
    await make_ring_debate(site, "weir")
    for who in (author, member, keeper, host):
        await who.client.aclose()
    return places


async def _mark(keeper: Person, argument: str) -> dict[str, str]:
    """What could be better about an argument, in words that can be flagged."""
    marks = f"{YARD}/arguments/{argument}/marks"
    await keeper.send(marks, kind="unclear", words="Which of the two yards is meant here?")
    page = (await keeper.client.get(marks)).text
    return {"mark": page.partition(f'action="{YARD}/marks/')[2].partition("/")[0]}


async def _report(member: Person, keeper: Person) -> dict[str, str]:
    """A person whom others flagged, and a source that moderators hid."""
    await member.send("/people/author/flag", reason="impersonation", words="Somebody of this name writes elsewhere.")
    queue = (await keeper.client.get("/moderation?kind=person")).text
    listed = (await member.client.get(f"{YARD}/sources?q=archive")).text
    hidden = listed.partition(f'href="{YARD}/sources/')[2].partition('"')[0]
    await keeper.send(f"{YARD}/sources/{hidden}/hide", **REASONS)
    case = queue.partition('href="/moderation/cases/')[2].partition("?")[0]
    return {"person_case": case, "hidden_source": hidden}


async def _argue(author: Person, member: Person) -> dict[str, str]:
    first = {"position": "park", "claim": CLAIM, "grounds": GROUNDS, "quote": "Behind the fence stand a turntable"}
    argument = await author.send(f"{YARD}/arguments", **first)
    await author.send(f"{argument}/edit", revision="1", claim=CLAIM, grounds=GROUNDS + " So far it did not.")
    for address, words in (("https://example.org/census", "Forty households."), ("The town’s archive, box 12", "")):
        title = f"A count of households, {address.partition(' ')[0]}"
        await author.send(f"{argument}/sources", source_title=title, source_address=address, source_words=words)
    listed = (await author.client.get(f"{YARD}/sources")).text
    answer = {
        "relation": "rebut", "claim": "Nobody has moved away because of the yard.", "grounds": GROUNDS,
        "steelman": "Those who live beside the yard would rather have it quiet than full.",
    }  # fmt: skip
    reply = await member.send(f"{argument}/replies", **answer)
    further = {"relation": "undercut", "claim": "Who stays may have nowhere else to go.", "grounds": GROUNDS}
    await author.send(f"{reply}/replies", **further)
    await author.send(f"{reply}/vote", value="disagree")
    await member.send(f"{reply}/edit", **answer | {"revision": "1", "claim": "Nobody has moved away from the yard."})
    await member.send(f"{reply}/concede")
    await member.send(f"{reply}/concede/withdraw")
    await member.send(f"{reply}/concede")
    for more in ("", " And why."):
        await member.send(
            f"{argument}/credit", reason=f"I had never asked who sleeps beside the fence. Now I would.{more}"
        )
    await member.send(f"{YARD}/stance", position="2")
    note = {"revision": "1", "first": "1", "kind": "question", "body": "Since *when* has it been quiet?"}
    passage = await author.send(f"{YARD}/annotations?paragraph=3", **note)
    withdrawn = await author.send(f"{YARD}/arguments", **first | {"claim": "What is withdrawn keeps its place."})
    await author.send(f"{withdrawn}/withdraw")
    return {
        "argument": number(argument), "reply": number(reply), "passage": number(passage),
        "withdrawn": number(withdrawn), "source": listed.partition(f'href="{YARD}/sources/')[2].partition('"')[0],
    }  # fmt: skip


async def _reshape(author: Person, member: Person, keeper: Person) -> dict[str, str]:
    """An argument that is used in another place, into which a duplicate was merged."""
    words = {"position": "park", "grounds": GROUNDS}
    linked = await author.send(f"{YARD}/arguments", claim="A park would need a gardener.", **words)
    other = await member.send(f"{YARD}/arguments", claim="Children have nowhere else to play.", **words)
    duplicate = await member.send(f"{YARD}/arguments", claim="Somebody would have to be paid to mow it.", **words)
    await member.send(f"{linked}/use", argument=number(other), relation="undercut")
    page = (await keeper.client.get(f"{duplicate}/merge", params={"into": number(linked)})).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    await keeper.send(f"{duplicate}/merge", into=number(linked), seen=seen, **REASONS)
    shown = (await keeper.client.get(linked)).text
    use = shown.partition(f'href="{linked}/use/')[2].partition("/take-away")[0]
    return {"linked": number(linked), "other": number(other), "use": use} | await _split(member, keeper, words)


async def _split(member: Person, keeper: Person, words: dict[str, str]) -> dict[str, str]:
    """An argument that made two claims, of which one stands by itself now."""
    split = await member.send(f"{YARD}/arguments", claim="A park is cheap, and cooler in summer.", **words)
    page = (await keeper.client.get(f"{split}/split")).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    parts = {"claim": "A park is cheap to keep.", "other_claim": "A park is cooler in summer than a yard."}
    grounds = {"grounds": GROUNDS, "other_grounds": GROUNDS}
    decision = await keeper.send(f"{split}/split", seen=seen, **parts, **grounds, **REASONS)
    found = (await keeper.client.get(split)).text.partition('id="parts"')[2]
    part = found.partition(f'href="{YARD}/arguments/')[2].partition('"')[0]
    return {"split": number(split), "part": part, "split_decision": number(decision.partition("?")[0])}


async def _revise(author: Person, host: Person) -> dict[str, str]:
    """A passage has lost its words in the second revision, one has moved, and a third revision is being written."""
    note = {"revision": "1", "first": "2", "kind": "note", "body": "Who would have measured it?"}
    await author.send(f"{MILL}/annotations?paragraph=1", **note)
    lost = await author.send(f"{MILL}/annotations?paragraph=2", **note | {"body": "Who would measure a river?"})
    preface = "A preface for those who come late.\n\n"
    wording = preface + ESSAY.replace(" Nobody has measured it.", "")
    await host.send(f"{MILL}/essay/edit", markdown=wording, note="A preface.", version="0", base="1")
    await host.send(f"{MILL}/essay/draft/publish", version="1")
    draft = (
        wording.replace("The mill should stay.", "The old mill must stay.") + "\n\n" + preface.replace("late", "last")
    )
    await host.send(f"{MILL}/essay/edit", markdown=draft, version="0", base="2")
    return {"lost": number(lost)}


async def _moderate(site: Site, author: Person, member: Person, keeper: Person) -> dict[str, str]:
    said = {"position": "homes", "grounds": GROUNDS}
    hidden = await author.send(f"{YARD}/arguments", claim="The author of the essay cannot count to three.", **said)
    decision = await keeper.send(f"{hidden}/hide", **REASONS)
    flagged = [
        await author.send(f"{YARD}/arguments", claim=f"Homes beside the {place} would be flooded first.", **said)
        for place in ("signal box", "turntable", "water tower")
    ]
    for url in flagged:
        await member.send(f"{url}/flag", reason="off_topic", words="This is about the river.")
    async with transaction(site.engine) as db:
        newest = select(Case.id).order_by(Case.id.desc()).limit(3)
        case, closed_case, dismissed_case = (await db.execute(newest)).scalars()
    await keeper.send(f"/moderation/cases/{dismissed_case}/decide", version="1", action="dismiss")
    unappealed = await keeper.send(f"/moderation/cases/{closed_case}/decide", version="1", action="hide", **REASONS)
    await keeper.send(f"/moderation/cases/{closed_case}/known")
    await author.send(f"/decisions/{number(decision)}/appeal", words="Whoever counts the sides finds three of them.")
    async with transaction(site.engine) as db:
        known = (await db.scalars(select(KnownCase.id))).one()
        appeal = (await db.scalars(select(Appeal.id).order_by(Appeal.id.desc()).limit(1))).one()
    locked = await author.send(f"{YARD}/arguments", claim="Workshops need trains that nobody drives.", **said)
    await keeper.send(f"{locked}/lock", **REASONS)
    await keeper.send("/people/newcomer/restrict", kind="silence", hours="24", **REASONS)
    warning = await keeper.send(f"{YARD}/people/member/measures", version="0", action="warn", **REASONS)
    proposal = await keeper.send("/people/author/restrict", kind="suspend", hours="2160", **REASONS)
    return {
        "warning": number(warning), "proposal": number(proposal),
        "hidden": number(hidden), "decision": number(decision), "case": str(case), "closed_case": str(closed_case),
        "dismissed": number(flagged[0]),
        "known": str(known),
        "locked": number(locked), "unappealed": number(unappealed), "appeal": str(appeal),
    }  # fmt: skip


async def _decide_together(site: Site, author: Person, member: Person, keeper: Person) -> dict[str, str]:
    """Four that were hidden together; one of them is shown again, and one was removed since."""
    said = {"position": "homes", "grounds": GROUNDS}
    claims = ("Kiosks sell nothing at night.", "A stage draws noise.", "Markets need roads.", "Wells freeze over.")
    urls = [await author.send(f"{YARD}/arguments", claim=claim, **said) for claim in claims]
    for url in urls:
        await member.send(f"{url}/flag", reason="off_topic", words="")
    about = [int(number(url)) for url in urls]
    async with transaction(site.engine) as db:
        cases = list(await db.scalars(select(Case.id).where(Case.argument_id.in_(about))))
    chosen = {"cases": " ".join(f"{case}-1" for case in cases), "action": "hide", "idempotency_key": str(uuid4())}
    assert (await keeper.client.post("/moderation/bulk", data={**chosen, **REASONS})).status_code == 200
    async with transaction(site.engine) as db:
        made = list(await db.scalars(select(Decision.id).where(Decision.case_id.in_(cases)).order_by(Decision.id)))
    await keeper.send(f"/decisions/{made[0]}/undo", **REASONS)
    await keeper.send(f"{urls[1]}/hide", action="remove", **REASONS)
    return {"together": str(made[2])}


async def _hold(host: Person, keeper: Person) -> dict[str, str]:
    """A post that waits, as its unseen field is filled in; and a word that is watched."""
    said = {"position": "park", "claim": "A park needs somebody who mows it.", "grounds": GROUNDS}
    waiting = await host.send(f"{YARD}/arguments", website="https://example.org", **said)
    await keeper.send("/moderation/prevention/words", pattern="casino*", action="hold", explanation=WATCHED)
    await keeper.send(f"{YARD}/prevention/words", pattern="lottery", action="flag", explanation=WATCHED)
    await host.send(f"{MILL}/moderators/invitations", username="member")
    return {"waiting": number(waiting)}


async def _hide_credit(site: Site, author: Person, keeper: Person, reply: str) -> dict[str, str]:
    """The credits so far are the member's, which was worded anew, and this one."""
    reason = "I had not known of anybody who had moved away. I was wrong to assume it."
    await author.send(f"{YARD}/arguments/{reply}/credit", reason=reason)
    async with transaction(site.engine) as db:
        first, last = (await db.scalars(select(Credit.id).order_by(Credit.id.desc()).limit(2))).all()[::-1]
    await keeper.send(f"{YARD}/credits/{last}/hide", **REASONS)
    return {"credit": str(first), "hidden_credit": str(last)}


async def _discuss(author: Person, member: Person, annotation: str) -> dict[str, str]:
    note = f"{YARD}/annotations/{annotation}"
    answer = await member.send(f"{note}/replies", body="Since the *last* train left it.")
    await author.send(f"{note}/replies", body="Which nobody wrote down.")
    await author.send(
        f"{note}/edit", revision="1", kind="question", body="Since *when* is it quiet?", tags="noise, trains"
    )
    await author.send(f"{note}/resolve")
    return {"note_reply": answer.rpartition("-")[2]}


async def _make_links(site: Site) -> dict[str, str]:
    async with transaction(site.engine) as db:
        user = site.cast["member"]
        reset = await make_reset_link(db, user)
        verify = await make_link(db, LinkPurpose.VERIFY_EMAIL, user.id, "member@example.org")
        become = await make_administrator_link(db)
        annotation = await db.scalar(select(func.max(Annotation.id)))
        scopes = [TokenScope.ANNOTATIONS_WRITE]
        db.add(AccessToken(user_id=user.id, name="Reading list", token_hash=b"arranged", scopes=scopes))
    assert become, "There is an administrator already."
    last = {
        name: path.rpartition("/")[2] for name, path in {"reset": reset, "verify": verify, "become": become}.items()
    }
    return last | {"annotation": str(annotation)}


def number(url: str) -> str:
    """The id at the end of an address: of an argument, a decision, a passage."""
    return url.replace("#passage-", "/").partition("#")[0].rpartition("/")[2]
