"""What the planner knows of the tables: after many rows at once it would take them for empty."""

from sqlalchemy import text
from sqlalchemy.orm import Session

GATHER = text("SELECT gather_statistics(:tables)")


def gather_statistics(session: Session, *tables: str) -> None:
    """Gather statistics of the tables anew, within the present transaction."""
    session.execute(GATHER, {"tables": list(tables)})
