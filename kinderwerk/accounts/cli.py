"""Commands about people."""

import click
from flask.cli import AppGroup
from flask_babel import gettext

from kinderwerk.access.vocabulary import HELD, SYSTEM, Role
from kinderwerk.accounts import queries, service
from kinderwerk.accounts.service import factors, idling, leaving
from kinderwerk.core.errors import Refusal
from kinderwerk.web import logs
from kinderwerk.web.extensions import as_system, settings

group = AppGroup("users", help="Manage the people who can sign in.")


def refused(refusal: Refusal) -> click.ClickException:
    return click.ClickException(gettext(refusal.message, **refusal.values))


@group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What they are called.")
@click.option(
    "--role", type=click.Choice([role.value for role in HELD]), required=True,
    help="What they are there.",
)  # fmt: skip
@click.option("--organisation", required=True, help="Made if there is none of that name.")
@click.option("--municipality", required=True, help="In which the organisation works.")
@click.option(
    "--checked", is_flag=True, help="You saw their certificate of good conduct, or they need none."
)
@click.password_option(
    help="At least 12 characters. Who reads about children adds a second factor."
)
def add(
    email: str, name: str, role: str, organisation: str, municipality: str, password: str, *,
    checked: bool,
) -> None:  # fmt: skip
    """Add someone who can sign in, such as the first administrator."""
    here = service.organisation_named(as_system(), SYSTEM, organisation, municipality)
    commissioned = Role(role) is Role.MUNICIPALITY
    try:
        service.add_user(
            as_system(), SYSTEM, email=email, name=name, role=Role(role), password=password,
            organisation=None if commissioned else here, municipality=here.municipality,
            checked=checked,
        )  # fmt: skip
    except Refusal as refusal:
        raise refused(refusal) from None
    click.echo(f"Added {email}.")


@group.command("close")
@click.argument("email")
@click.option("--to", "heir", help="The address of the colleague who takes over what they carry.")
@click.confirmation_option(prompt="Are you sure? Every role ends, on every device.")
def close(email: str, heir: str | None) -> None:
    """Shut somebody out at once, such as when a telephone was stolen."""
    try:
        leaving.close_by_system(as_system(), SYSTEM, email, heir)
    except Refusal as refusal:
        raise refused(refusal) from None
    click.echo(f"{email} is signed out everywhere and has no role any more.")


@group.command("mark")
@click.argument("email")
def mark(email: str) -> None:
    """Say under which mark lines of the log tell of tries with this address, and as who."""
    address = email.strip().lower()
    user = queries.by_email(as_system(), address)
    click.echo(f"by: {logs.mark(settings(), 'by', address)}")
    click.echo(f"who: {user.id}" if user else "who: nobody is here with this address")


@group.command("unlock")
@click.argument("email")
@click.confirmation_option(prompt="Did you make sure, by voice, that it is really them?")
def unlock(email: str) -> None:
    """Open an account again that was locked because nobody used it."""
    try:
        idling.unlock_by_system(as_system(), SYSTEM, email)
    except Refusal as refusal:
        raise refused(refusal) from None
    click.echo(f"{email} can sign in again.")


@group.command("reset-second-factor")
@click.argument("email")
@click.confirmation_option(prompt="Did you make sure, by voice, that it is really them?")
def reset_second_factor(email: str) -> None:
    """Let someone set up the second factor anew, when nobody else can do it."""
    try:
        factors.reset_by_system(as_system(), SYSTEM, email)
    except Refusal as refusal:
        raise refused(refusal) from None
    click.echo(f"At the next sign-in {email} sets up a second factor.")
