"""What a person changes in the own account."""

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import letters
from app.accounts.commands import ask_to_confirm_email, set_password
from app.accounts.forms import EmailForm, PasswordForm
from app.accounts.links import OpenLink, use_link, void_links
from app.accounts.passwords import hash_password, is_password_right
from app.accounts.withheld_names import touch_written_in
from app.actor import Actor
from app.errors import Conflict
from app.mail.outbox import write_mail
from app.models import LinkPurpose, User
from app.open_cases import note_rewording

ADDRESS_TAKEN = "This address belongs to another account by now. Sign in to that one, or confirm another address."


async def set_display_name(db: AsyncSession, actor: Actor, display_name: str) -> None:
    """The same name again changes nothing for those who moderate."""
    chosen = display_name or actor.username
    renamed = update(User).where(User.id == actor.id, User.display_name != chosen).values(display_name=chosen)
    if (await db.execute(renamed.returning(User.id))).one_or_none() is not None:
        await note_rewording(db, person_id=actor.id)
        await touch_written_in(db, actor.id)


async def change_password(db: AsyncSession, actor: Actor, form: PasswordForm) -> bool:
    """End all other sessions with the old password; false when the current one is wrong."""
    assert actor.id is not None
    if not await is_own_password(db, actor, form.current_password):
        return False
    password_hash = await hash_password(form.new_password)
    await set_password(db, actor.id, password_hash, keep_session=actor.session_id)
    return True


async def change_email(db: AsyncSession, actor: Actor, form: EmailForm) -> bool:
    """Ask to confirm the new address, which counts from then on; without one, forget the old. False: wrong password."""
    assert actor.id is not None
    if not await is_own_password(db, actor, form.email_password):
        return False
    await void_links(db, LinkPurpose.VERIFY_EMAIL, actor.id)
    if form.email:
        await ask_to_confirm_email(db, actor.id, actor.username, form.email)
    else:
        await _forget_email(db, actor)
    return True


async def _forget_email(db: AsyncSession, actor: Actor) -> None:
    old = await db.scalar(select(User.email).where(User.id == actor.id).with_for_update())
    await db.execute(update(User).where(User.id == actor.id).values(email=None, email_verified_at=None))
    if old:
        await write_mail(db, old, *letters.address_changed(actor.username))


async def is_own_password(db: AsyncSession, actor: Actor, password: str) -> bool:
    """To ask again before what a stolen session must not do."""
    password_hash = await db.scalar(select(User.password_hash).where(User.id == actor.id))
    await db.rollback()  # Gives the connection back while the password is hashed.
    return await is_password_right(password, password_hash)


async def confirm_email(db: AsyncSession, link: OpenLink, token: str) -> bool:
    """Give the account its address; false when the link has been used meanwhile."""
    if not await use_link(db, LinkPurpose.VERIFY_EMAIL, token):
        return False
    old = await db.scalar(select(User.email).where(User.id == link.user_id).with_for_update())
    try:
        values = {"email": link.email, "email_verified_at": func.now()}
        await db.execute(update(User).where(User.id == link.user_id).values(values))
    except IntegrityError as error:
        raise Conflict(ADDRESS_TAKEN) from error
    await void_links(db, LinkPurpose.VERIFY_EMAIL, link.user_id)
    if old and old.lower() != (link.email or "").lower():
        await write_mail(db, old, *letters.address_changed(link.username))
    return True
