"""`edu user`: who may sign in."""

import sys

import click
from flask_babel import gettext
from sqlalchemy import select

from edu.accounts.service import NewUser, add_user
from edu.cli.application import as_system
from edu.cli.output import Answer, answers
from edu.web.labels import label
from models.accounts import RoleName, User

ROLES = [role.value for role in RoleName if role is not RoleName.SYSTEM]


@click.group()
def user() -> None:
    """Add and list those who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As it is shown to others.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--school", "schools", multiple=True, help="Code of a school; may be repeated.")
@click.option("--region", "regions", multiple=True, help="Two-digit code; may be repeated.")
@answers
def add(
    email: str, name: str, role: str, schools: tuple[str, ...], regions: tuple[str, ...]
) -> Answer:
    """Add someone; the password is asked for, or read from standard input."""
    new = NewUser(email, name, ask_password(), RoleName(role), schools, regions)
    with as_system() as session:
        added = add_user(session, new)
        text = gettext(
            "%(email)s can sign in as %(role)s.", email=added.email, role=label(new.role)
        )
        return Answer(described(added), text)


@user.command("list")
@answers
def list_users() -> Answer:
    """List everybody who was ever added."""
    with as_system() as session:
        found = [described(each) for each in session.scalars(select(User).order_by(User.email))]
    lines = [f"{each['email']:36} {each['role']:24} {each['name']}" for each in found]
    return Answer({"users": found}, "\n".join(lines))


def ask_password() -> str:
    """Never an argument: those can be read by everybody on the machine."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def described(each: User) -> dict[str, object]:
    """A user without the secrets."""
    role = each.roles[0].name if each.roles else ""
    return {"email": each.email, "name": each.name, "role": role, "active": each.active}
