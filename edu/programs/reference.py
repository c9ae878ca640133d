"""The project and its four initiatives, kept as CSV with source and status."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.registry.reference import NAMES, read, upsert
from models.programs import Direction, Initiative, Project


def load_initiatives(session: Session) -> None:
    """Insert or refresh the project and its initiatives; needs the reference directions.

    An initiative that exists keeps its standing: a manager may have opened it since.
    """
    rows = list(read("initiatives"))
    projects = [project_row(session, row) for row in rows if row["kind"] == "project"]
    upsert(session, Project, projects, "code")
    project_id = session.scalars(
        select(Project.id).where(Project.code == projects[0]["code"])
    ).one()
    known = set(session.scalars(select(Initiative.code)))
    for row in rows:
        if row["kind"] == "initiative":
            values = initiative_row(row, project_id)
            if row["code"] in known:
                values["standing"] = standing_of(session, row["code"])
            upsert(session, Initiative, [values], "code")
    session.expire_all()


def project_row(session: Session, row: dict[str, str]) -> dict[str, object]:
    """The project as its table holds it, filed under its direction."""
    direction = select(Direction.id).where(
        Direction.scheme == row["direction_scheme"], Direction.code == row["direction"]
    )
    return {
        **{name: row[name] for name in NAMES},
        "code": row["code"],
        "direction_id": session.scalars(direction).one(),
        "source": row["source"],
        "status": row["status"],
    }


def initiative_row(row: dict[str, str], project_id: int) -> dict[str, object]:
    """An initiative as its table holds it."""
    return {
        **{name: row[name] for name in NAMES},
        "code": row["code"],
        "project_id": project_id,
        "standing": row["standing"],
        "source": row["source"],
        "status": row["status"],
    }


def standing_of(session: Session, code: str) -> str:
    """The present standing of a known initiative."""
    return session.scalars(select(Initiative.standing).where(Initiative.code == code)).one().value
