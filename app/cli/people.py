"""`rejoinder users`: roles and links for people, by hand."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current, served_origin
from app.cli.tables import show_table

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.models import User

    GiveRole = Callable[["AsyncSession", "User"], Awaitable[bool]]

users = typer.Typer(help="People and their roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's user name.")]


@users.command("list")
def list_users() -> None:
    """List everybody with an account, newest first. Imported voters have none."""
    from sqlalchemy import func, select

    from app.models import Debate, DebateRole, User

    place = func.string_agg(func.concat(DebateRole.kind, " of ", Debate.slug), ", ")
    places = select(place).join(Debate, Debate.id == DebateRole.debate_id).where(DebateRole.user_id == User.id)
    in_debates = places.scalar_subquery()
    columns = (User.username, User.display_name, User.role, User.email, User.is_simulated, User.created_at, in_debates)

    async def load(db: "AsyncSession") -> Sequence[Sequence[object]]:
        rows = await db.execute(select(*columns).where(~User.is_imported).order_by(User.id.desc()))
        return [
            (
                row[0],
                row[1],
                row[2].value,
                row[3] or "",
                "simulated" if row[4] else "person",
                f"{row[5]:%Y-%m-%d}",
                row[6] or "",
            )
            for row in rows
        ]

    with open_database(load_settings()) as settings:
        require_current(settings)
        show_table(("User name", "Name", "Role", "Mail", "Kind", "Since", "In debates"), in_transaction(settings, load))


@users.command("role")
def set_role(
    name: Name,
    role: Annotated[
        str,
        typer.Argument(metavar="ROLE", help="member, moderator, administrator; with --debate member, moderator, host."),
    ],
    debate: Annotated[
        str | None, typer.Option(metavar="SLUG", help="In this debate alone, by the last part of its address.")
    ] = None,
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason, which stands in the public log.")] = "",
) -> None:
    """Give somebody a role on the whole site, or in one debate. Their sessions end.

    They are told, and the public log says so, as of any decision about a role.
    """
    from app.cli.failures import Failure

    choices = _site_roles(because) if debate is None else _debate_roles(debate, because)
    if role not in choices:
        where = " in a debate" if debate else " on the whole site" if role == "host" else ""
        hint = "; or name the debate that they host, with --debate" if role == "host" and debate is None else ""
        raise Failure(f"“{role}” is not a role{where}. Choose one of {', '.join(choices)}{hint}.")

    async def act(db: "AsyncSession") -> tuple[str, bool]:
        user = await find_user(db, name)
        return user.username, await choices[role](db, user)

    with open_database(load_settings()) as settings:
        require_current(settings)
        where = "" if debate is None else f" in the debate “{debate}”"
        username, is_changed = in_transaction(settings, act)
        since = " from now on, and has to sign in again." if is_changed else " already: nothing was changed."
        typer.echo(f"{username} is {role}{where}{since}")


def _site_roles(because: str) -> "Mapping[str, GiveRole]":
    from app.models import Role
    from app.moderation.measures.by_operator import give_role

    return {role.value: partial(give_role, role=role, because=because) for role in Role}


def _debate_roles(slug: str, because: str) -> "Mapping[str, GiveRole]":
    """Whoever is neither moderator nor host of a debate is a member there like everyone else."""
    from app.models import Debate, DebateRoleKind
    from app.moderation.measures.by_operator import give_debate_role

    async def give(db: "AsyncSession", user: "User", kind: DebateRoleKind | None) -> bool:
        debate = await db.get_one(Debate, await find_debate(db, slug))
        return await give_debate_role(db, user, debate, kind, because)

    kinds: list[DebateRoleKind | None] = [None, *DebateRoleKind]
    return {kind.value if kind else "member": partial(give, kind=kind) for kind in kinds}


@users.command("reset-link")
def make_reset_link(name: Name) -> None:
    """Print a link under which somebody sets a new password. It works once, for an hour: hand it to nobody else."""
    from app.accounts import links

    async def act(db: "AsyncSession") -> str:
        return await links.make_reset_link(db, await find_user(db, name))

    with open_database(load_settings()) as settings:
        require_current(settings)
        typer.echo(f"{served_origin(settings)}{in_transaction(settings, act)}")


@users.command("erase")
def erase(
    name: Name,
    texts: Annotated[bool, typer.Option("--texts", help="Also erase all that they wrote here.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Erase somebody, as they can themselves on their account's page: the account, its votes, what names them.

    What they wrote stays without a name unless --texts is given. It cannot be undone.
    """
    from app.accounts.former import name_key
    from app.privacy.erasure import erase_person

    key = name_key(load_settings())

    async def act(db: "AsyncSession") -> str:
        user = await find_user(db, name)
        username = user.username
        await erase_person(db, user.id, keeps_texts=not texts, name_key=key)
        return username

    with open_database(load_settings()) as settings:
        require_current(settings)
        if not yes:
            typer.confirm(f"Erase {name}{' and all that they wrote' if texts else ''} for ever?", abort=True)
        typer.echo(f"{in_transaction(settings, act)} is erased.")


@users.command("invite-administrator")
def invite_administrator() -> None:
    """Print a link under which somebody becomes the first administrator. It works once, for a day."""
    from app.accounts.links import make_administrator_link
    from app.cli.failures import Failure

    with open_database(load_settings()) as settings:
        require_current(settings)
        path = in_transaction(settings, make_administrator_link)
        if path is None:
            raise Failure("There is an administrator. For another one: rejoinder users role NAME administrator")
        typer.echo(f"{served_origin(settings)}{path}")


async def find_user(db: "AsyncSession", name: str) -> "User":
    from sqlalchemy import func, select

    from app.cli.failures import Failure
    from app.models import User

    user = (await db.execute(select(User).where(func.lower(User.username) == name.lower()))).scalar_one_or_none()
    if user is None:
        raise Failure(f"Nobody has the user name {name}. See: rejoinder users list")
    return user


async def find_debate(db: "AsyncSession", slug: str) -> int:
    from sqlalchemy import select

    from app.cli.failures import Failure
    from app.models import Debate

    debates: dict[str, int] = {
        row.slug: row.id for row in await db.execute(select(Debate.slug, Debate.id).order_by(Debate.slug))
    }
    if slug not in debates:
        raise Failure(f"There is no debate “{slug}”, only these: {', '.join(debates) or 'none yet'}.")
    return debates[slug]
