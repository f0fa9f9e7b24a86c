"""A person's own votes, stances and credits as records, for files."""

from collections.abc import Iterator

from app.spreadsheets import write_csv
from app.votes.own_votes import OwnCredit, OwnStance, OwnVote

Record = dict[str, str | int | bool | None]

COLUMNS = (
    "kind",
    "debate",
    "argument",
    "claim",
    "value",
    "is_counted",
    "why_not_counted",
    "is_before_edit",
    "first_at",
    "changed_at",
    "url",
)


def to_records(
    votes: list[OwnVote], stances: list[OwnStance], credits: list[OwnCredit], origin: str
) -> Iterator[Record]:
    """One for each vote, for each judgement of whether a reply bears on its point, and so on."""
    for vote in votes:
        about: Record = {"debate": vote.debate.slug, "argument": vote.id, "claim": vote.claim}
        when: Record = {"first_at": vote.created_at.isoformat(), "changed_at": vote.changed_at.isoformat()}
        for kind, value in (("vote", vote.value), ("bears on the point", vote.bears)):
            if value is not None:
                why = {"why_not_counted": vote.why_not_counted, "is_before_edit": vote.is_before_edit}
                counted: Record = {"value": value, "is_counted": vote.is_counted, **why}
                yield {"kind": kind, **about, **counted, **when, "url": origin + vote.url}
    for stance in stances:
        for kind, name, at in (
            ("first stance", stance.first, stance.first_at), ("latest stance", stance.latest, stance.latest_at)
        ):  # fmt: skip
            where: Record = {
                "debate": stance.slug,
                "value": name or "undecided",
                "url": f"{origin}/debates/{stance.slug}",
            }
            yield {**dict.fromkeys(COLUMNS), "kind": kind, **where, "first_at": at.isoformat()}
        if stance.withdrawn_at is not None:
            where = {"debate": stance.slug, "url": f"{origin}/debates/{stance.slug}"}
            at = stance.withdrawn_at
            yield {**dict.fromkeys(COLUMNS), "kind": "stance taken back", **where, "first_at": at.isoformat()}
    for credit in credits:
        url = f"{origin}/debates/{credit.slug}/arguments/{credit.argument_id}#credits"
        about = {
            "debate": credit.slug,
            "argument": credit.argument_id,
            "claim": credit.words if credit.is_shown else None,
        }
        given: Record = {"value": credit.reason, "first_at": credit.created_at.isoformat(), "url": url}
        yield {**dict.fromkeys(COLUMNS), "kind": "credit", **about, **given}


def to_csv(records: Iterator[Record]) -> str:
    return write_csv(COLUMNS, records)
