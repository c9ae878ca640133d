"""Whose records a transaction may see: decided in Python, enforced again by the database."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, TextClause, event, select, text
from sqlalchemy.orm import Session, SessionTransaction

from edu.accounts.roles import may
from edu.web.permission import Permission
from models.accounts import RoleName, User
from models.errors import Forbidden, NotFound
from models.places import School


class Reach(StrEnum):
    """How far a scope goes."""

    NOTHING = ""
    SCHOOLS = "schools"
    NATION = "nation"
    SYSTEM = "system"


@dataclass(frozen=True)
class Scope:
    """Who acts, as what, and whose records are in reach."""

    actor_id: int | None
    actor: str
    role: RoleName
    reach: Reach
    school_ids: tuple[int, ...] = ()
    region_ids: tuple[int, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission."""
        return may(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` unless the role has the permission."""
        if not self.may(permission):
            raise Forbidden("forbidden")

    def require_school(self, school_id: int) -> None:
        """Raise `NotFound` for a school out of reach: it answers as an absent one."""
        if self.reach is not Reach.SYSTEM and school_id not in self.school_ids:
            raise NotFound("not_found")


REACHES = {
    RoleName.SCHOOL_ADMINISTRATOR: Reach.SCHOOLS,
    RoleName.REGIONAL_COORDINATOR: Reach.SCHOOLS,
    RoleName.PROGRAM_MANAGER: Reach.NATION,
    RoleName.HEADQUARTERS_VIEWER: Reach.NATION,
    RoleName.RESEARCHER: Reach.NATION,
    RoleName.SYSTEM_ADMINISTRATOR: Reach.NOTHING,
}
SET_SCOPE = text(
    "SELECT set_config('edu.reach', :reach, true), set_config('edu.schools', :schools, true)"
)


def system_scope() -> Scope:
    """The command line and the background jobs."""
    return Scope(actor_id=None, actor="system", role=RoleName.SYSTEM, reach=Reach.SYSTEM)


def scope_of(session: Session, user: User) -> Scope:
    """The scope of a signed-in user."""
    role = RoleName(user.roles[0].name)
    regions = tuple(place.region_id for place in user.assignments if place.region_id)
    schools = {place.school_id for place in user.assignments if place.school_id}
    if regions:
        schools |= set(session.scalars(select(School.id).where(School.region_id.in_(regions))))
    return Scope(
        actor_id=user.id,
        actor=user.email,
        role=role,
        reach=REACHES[role],
        school_ids=tuple(sorted(schools)) if REACHES[role] is Reach.SCHOOLS else (),
        region_ids=regions,
    )


def use_scope(session: Session, scope: Scope) -> None:
    """Let the session's present and later transactions act within `scope`."""
    session.info["scope"] = scope
    if session.in_transaction():
        session.execute(scope_statement(scope))


def scope_statement(scope: Scope | None) -> TextClause:
    """The statement that sets the scope of the transaction it runs in."""
    reach = scope.reach if scope else Reach.NOTHING
    schools = scope.school_ids if scope else ()
    return SET_SCOPE.bindparams(reach=reach.value, schools="{" + ",".join(map(str, schools)) + "}")


@event.listens_for(Session, "after_begin")
def begin_in_scope(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    """Every transaction starts with the session's scope, or with none at all."""
    connection.execute(scope_statement(session.info.get("scope")))
