"""`rejoinder users`: roles and links for people, by hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import default_port, in_transaction, load_settings, open_database, require_current, site_origin

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.models import User

users = typer.Typer(help="People and their roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's user name.")]


@users.command("list")
def list_users() -> None:
    """List everybody with an account, newest first."""
    from sqlalchemy import select

    from app.models import User

    columns = (User.username, User.display_name, User.role, User.email, User.is_simulated, User.created_at)

    async def load(db: "AsyncSession") -> Sequence[Sequence[object]]:
        rows = await db.execute(select(*columns).order_by(User.id.desc()))
        return [
            (row[0], row[1], row[2].value, row[3] or "", "simulated" if row[4] else "", f"{row[5]:%Y-%m-%d}")
            for row in rows
        ]

    with open_database(load_settings()) as settings:
        require_current(settings)
        _show(("User name", "Name", "Role", "Mail", "", "Since"), in_transaction(settings, load))


@users.command("role")
def set_role(
    name: Name, role: Annotated[str, typer.Argument(metavar="ROLE", help="member, moderator or administrator.")]
) -> None:
    """Give somebody a role on the whole site. Their sessions end."""
    from app.accounts import roles
    from app.cli.failures import Failure
    from app.models import Role

    if role not in set(Role):
        raise Failure(f"“{role}” is not a role. Choose one of {', '.join(Role)}.")

    async def act(db: "AsyncSession") -> str:
        user = await _find(db, name)
        await roles.set_role(db, user, Role(role))
        return user.username

    with open_database(load_settings()) as settings:
        require_current(settings)
        typer.echo(f"{in_transaction(settings, act)} is {role} from now on, and has to sign in again.")


@users.command("reset-link")
def make_reset_link(name: Name) -> None:
    """Print a link under which somebody sets a new password. It works once, for an hour: hand it to nobody else."""
    from app.accounts import links

    async def act(db: "AsyncSession") -> str:
        return await links.make_reset_link(db, await _find(db, name))

    with open_database(load_settings()) as settings:
        require_current(settings)
        typer.echo(f"{site_origin(settings, default_port())}{in_transaction(settings, act)}")


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
        typer.echo(f"{site_origin(settings, default_port())}{path}")


async def _find(db: "AsyncSession", name: str) -> "User":
    from sqlalchemy import func, select

    from app.cli.failures import Failure
    from app.models import User

    user = (await db.execute(select(User).where(func.lower(User.username) == name.lower()))).scalar_one_or_none()
    if user is None:
        raise Failure(f"Nobody has the user name {name}. See: rejoinder users list")
    return user


def _show(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people, or tab-separated lines for programs."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(map(str, row)))
        return
    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console.print(table)
