"""Creating users and saying what they answer for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts import audit
from models.accounts import Assignment, Role, RoleName, User
from models.errors import Conflict, Refusal
from models.places import Region, School

SHORTEST_PASSWORD = 12


@dataclass(frozen=True)
class NewUser:
    """Who is to sign in, as what, and for which schools (codes) or regions (KATO prefixes)."""

    email: str
    name: str
    password: str
    role: RoleName
    schools: Sequence[str] = ()
    regions: Sequence[str] = ()


def add_user(session: Session, new: NewUser) -> User:
    """Create a user; refuses a known address, a short password or an unknown place."""
    if session.scalar(select(User.id).where(User.email == new.email.lower())):
        raise Conflict("user_known", email=new.email)
    if len(new.password) < SHORTEST_PASSWORD:
        raise Refusal("password_too_short", minimum=SHORTEST_PASSWORD)
    user = User(
        email=new.email.lower(),
        name=new.name,
        password=hash_password(new.password),
        active=True,
        fs_uniquifier=uuid4().hex,
        roles=[role_named(session, new.role)],
        assignments=places(session, new),
    )
    session.add(user)
    session.flush()
    audit.note_changed(session, "user", [user.id])
    return user


def role_named(session: Session, name: RoleName) -> Role:
    """The row of a role, created when first used."""
    role = session.scalar(select(Role).where(Role.name == name.value))
    return role or Role(name=name.value)


def places(session: Session, new: NewUser) -> list[Assignment]:
    """The schools and regions named, or a refusal that names the unknown one."""
    found = []
    for code in new.schools:
        school_id = session.scalar(select(School.id).where(School.code == code))
        if school_id is None:
            raise Refusal("unknown_school", found=code)
        found.append(Assignment(school_id=school_id))
    for code in new.regions:
        region_id = session.scalar(select(Region.id).where(Region.code == code))
        if region_id is None:
            raise Refusal("unknown_region", found=code)
        found.append(Assignment(region_id=region_id))
    return found
