"""The registry of scales: what a point means, and where the levels begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from edu.accounts import audit
from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.assessment.service import add_once
from edu.registry.reference import NAMES, read
from models.errors import Conflict, NotFound, Refusal
from models.scores import Scale, ScaleLevel


@dataclass(frozen=True)
class NewLevel:
    """A proficiency level: scores strictly above `lower_bound`."""

    code: str
    lower_bound: float
    source: str
    status: str = "unverified"


@dataclass(frozen=True)
class NewScale:
    """A scale, or a new version of one: its metric and its levels, lowest first."""

    code: str
    version: str
    name_kk: str
    name_ru: str
    name_en: str
    metric_mean: float
    metric_sd: float
    source: str
    status: str = "unverified"
    levels: Sequence[NewLevel] = ()


def load_scales(session: Session) -> None:
    """Insert the scales that come with the project; one that is there stays as it is."""
    for row in read("scales"):
        values = {name: row[name] for name in (*NAMES, "code", "version", "source", "status")}
        metric = {name: float(row[name]) for name in ("metric_mean", "metric_sd")}
        session.execute(insert(Scale).values(**values, **metric).on_conflict_do_nothing())
    known = {(scale.code, scale.version): scale.id for scale in session.scalars(select(Scale))}
    position: dict[int, int] = {}
    for row in read("scale_levels"):
        scale_id = known[row["scale"], row["version"]]
        position[scale_id] = position.get(scale_id, 0) + 1
        level = insert(ScaleLevel).values(
            scale_id=scale_id,
            position=position[scale_id],
            code=row["level"],
            lower_bound=float(row["lower_bound"]),
            source=row["source"],
            status=row["status"],
        )
        session.execute(level.on_conflict_do_nothing())
    session.expire_all()


def scales(session: Session, scope: Scope) -> list[Scale]:
    """All scales with their levels, by code and version."""
    scope.require(Permission.READ_FIGURES)
    statement = select(Scale).options(selectinload(Scale.levels))
    return list(session.scalars(statement.order_by(Scale.code, Scale.id)))


def scale(session: Session, scope: Scope, *, code: str, version: str | None = None) -> Scale:
    """One scale: the version named, else the newest."""
    scope.require(Permission.READ_FIGURES)
    found = newest_scale(session, code, version)
    if found is None:
        raise NotFound("not_found")
    return found


def newest_scale(session: Session, code: str, version: str | None = None) -> Scale | None:
    """The newest version of a scale, or the version named; None where there is none."""
    statement = select(Scale).where(Scale.code == code)
    if version is not None:
        statement = statement.where(Scale.version == version)
    return session.scalar(statement.order_by(Scale.id.desc()).limit(1))


def scale_for(session: Session, code: str) -> Scale:
    """The scale that an instrument names; refuses one that is not registered."""
    found = newest_scale(session, code)
    if found is None:
        known = sorted(set(session.scalars(select(Scale.code))))
        raise Refusal("unknown_scale", found=code, expected=known)
    return found


def register_scale(session: Session, scope: Scope, *, new: NewScale) -> Scale:
    """Register a scale or a new version of one; what is registered is never changed."""
    scope.require(Permission.DECIDE_FINDINGS)
    check_levels(new.levels)
    if not new.metric_sd > 0:
        raise Refusal("scale_without_spread", found=new.metric_sd, field="metric_sd")
    registered = Scale(
        code=new.code,
        version=new.version,
        name_kk=new.name_kk,
        name_ru=new.name_ru,
        name_en=new.name_en,
        metric_mean=new.metric_mean,
        metric_sd=new.metric_sd,
        source=new.source,
        status=new.status,
        levels=[
            ScaleLevel(
                position=position,
                code=level.code,
                lower_bound=level.lower_bound,
                source=level.source,
                status=level.status,
            )
            for position, level in enumerate(new.levels, start=1)
        ],
    )
    add_once(session, registered, Conflict("scale_known", found=f"{new.code} {new.version}"))
    audit.note_changed(session, "scale", [registered.id])
    return registered


def check_levels(levels: Sequence[NewLevel]) -> None:
    """Refuse levels twice, or out of order."""
    codes = [level.code for level in levels]
    if twice := next((code for code in codes if codes.count(code) > 1), None):
        raise Refusal("level_twice", found=twice, field="levels")
    bounds = [level.lower_bound for level in levels]
    if bounds != sorted(set(bounds)):
        raise Refusal("levels_out_of_order", found=bounds, field="levels")
