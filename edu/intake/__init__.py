"""From a file to checked rows to one set-based write. Knows nothing of what it brings in."""

from edu.intake.batches import ImportCount, record_batch
from edu.intake.files import Column, IncomingFile, Row, Rows, read_rows
from edu.intake.loading import load_into
from edu.intake.parsers import (
    parse_choice,
    parse_date,
    parse_flag,
    parse_integer,
    parse_number,
    parse_text,
)
from edu.intake.problems import FileRefused, Problem, Problems, Unreadable

__all__ = [
    "Column",
    "FileRefused",
    "ImportCount",
    "IncomingFile",
    "Problem",
    "Problems",
    "Row",
    "Rows",
    "Unreadable",
    "load_into",
    "parse_choice",
    "parse_date",
    "parse_flag",
    "parse_integer",
    "parse_number",
    "parse_text",
    "read_rows",
    "record_batch",
]
