"""Academic years."""

from datetime import date

FIRST_MONTH = 8  # schools register for the new year in August


def academic_year_of(day: date) -> str:
    """The academic year for which people are registered on a day, as 2026-27."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"
