"""Signing up and in, and getting back in with a forgotten password.

Hashing a password takes long and waits for its turn, so no command holds a connection to the database meanwhile.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_if_new
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import letters
from app.accounts.forms import SignInForm, SignUpForm
from app.accounts.links import OpenLink, make_link, use_link, void_links
from app.accounts.passwords import hash_password, is_password_right, needs_new_hash
from app.accounts.sessions import NewSession, begin_session, end_sessions
from app.accounts.tokens import revoke_tokens
from app.mail.outbox import write_mail
from app.models import LinkPurpose, Role, User

DOUBLE_CLICK = timedelta(minutes=10)  # The same sign-up again within this time is the same person's.


async def sign_up(db: AsyncSession, form: SignUpForm, user_agent: str) -> NewSession | None:
    """Make the account and begin its first session; nothing when the user name is taken."""
    password_hash = await hash_password(form.password)
    values = {"username": form.username, "display_name": form.name_shown, "password_hash": password_hash}
    row = (
        await db.execute(insert_if_new(User).values(values).on_conflict_do_nothing().returning(User.id, User.role))
    ).one_or_none()
    if row is None:
        return await _sign_up_again(db, form, user_agent)
    if form.email:
        await ask_to_confirm_email(db, row.id, form.username, form.email)
    return await begin_session(db, row.id, row.role, user_agent)


async def _sign_up_again(db: AsyncSession, form: SignUpForm, user_agent: str) -> NewSession | None:
    """A second click on the button must not end in "this name is taken"."""
    is_fresh = User.created_at > func.now() - DOUBLE_CLICK
    return await _sign_in_as(db, _has_name(form.username) & is_fresh, form.password, user_agent)


async def ask_to_confirm_email(db: AsyncSession, user_id: int, username: str, email: str) -> None:
    """Send a link to the address. One that belongs to somebody gets another letter; the person here sees no difference.

    The account has the address only when the link was followed: nobody can occupy the address of another person.
    """
    owner = await db.scalar(select(User.username).where(func.lower(User.email) == func.lower(email)))
    path = await make_link(db, LinkPurpose.VERIFY_EMAIL, user_id, email)
    letter = letters.confirm_address(username, path) if owner is None else letters.address_known(owner)
    await write_mail(db, email, *letter)


async def sign_in(db: AsyncSession, form: SignInForm, user_agent: str) -> NewSession | None:
    """A new session, or nothing: whether name or password was wrong cannot be told, nor from how long it took."""
    return await _sign_in_as(db, _has_name(form.name), form.password, user_agent)


async def _sign_in_as(
    db: AsyncSession, is_person: ColumnElement[bool], password: str, user_agent: str
) -> NewSession | None:
    person = (await db.execute(select(User.id, User.password_hash).where(is_person))).one_or_none()
    await db.rollback()  # Gives the connection back.
    if not await is_password_right(password, person.password_hash if person else None) or person is None:
        return None
    new_hash = await hash_password(password) if needs_new_hash(person.password_hash) else person.password_hash
    role = await _keep_hash(db, person.id, person.password_hash, new_hash)
    return await begin_session(db, person.id, role, user_agent) if role else None


async def _keep_hash(db: AsyncSession, user_id: int, old_hash: str, new_hash: str) -> Role | None:
    """The person's role, unless the password was changed meanwhile: that ends sessions, and none may begin after it."""
    is_unchanged = (User.id == user_id) & (User.password_hash == old_hash)
    if new_hash == old_hash:
        return await db.scalar(select(User.role).where(is_unchanged).with_for_update(read=True))
    return await db.scalar(update(User).where(is_unchanged).values(password_hash=new_hash).returning(User.role))


def _has_name(name: str) -> ColumnElement[bool]:
    """User names have no @, addresses always."""
    return func.lower(User.email if "@" in name else User.username) == func.lower(name)


async def ask_for_reset(db: AsyncSession, name: str) -> None:
    """Send a link to the address of the account, if there is one; the same statements run if there is not."""
    person = (await db.execute(select(User.id, User.username, User.email).where(_has_name(name)))).one_or_none()
    address = person.email if person else None
    path = await make_link(db, LinkPurpose.RESET_PASSWORD, person.id if person and address else None)
    await write_mail(db, address, *letters.reset_password(person.username if person else "", path))


async def reset_password(db: AsyncSession, link: OpenLink, token: str, password: str) -> bool:
    """Set the password by a link and end all sessions; false when the link has been used meanwhile."""
    await db.rollback()
    password_hash = await hash_password(password)
    if not await use_link(db, LinkPurpose.RESET_PASSWORD, token):
        return False
    await set_password(db, link.user_id, password_hash)
    return True


async def set_password(db: AsyncSession, user_id: int, password_hash: str, keep_session: int | None = None) -> None:
    """Replace the hash, end the other sessions, tokens and open links, and tell the person."""
    values = {"password_hash": password_hash}
    person = (
        await db.execute(update(User).where(User.id == user_id).values(values).returning(User.username, User.email))
    ).one()
    await end_sessions(db, user_id, keep=keep_session)
    await revoke_tokens(db, user_id)
    await void_links(db, LinkPurpose.RESET_PASSWORD, user_id)
    if person.email:
        await write_mail(db, person.email, *letters.password_changed(person.username))
