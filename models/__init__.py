"""All tables of the service. Knows no request, no statistics."""

from models import (
    accounts,
    assessments,
    enrollments,
    intake,
    outcomes,
    people,
    pisa,
    places,
    programs,
    releases,
    risk,
    scores,
)
from models.base import Base, db

__all__ = [
    "Base",
    "accounts",
    "assessments",
    "db",
    "enrollments",
    "intake",
    "outcomes",
    "people",
    "pisa",
    "places",
    "programs",
    "releases",
    "risk",
    "scores",
]
