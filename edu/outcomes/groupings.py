"""By what a program's gains may be shown."""

from enum import StrEnum


class Grouping(StrEnum):
    """The groups of a gain."""

    REGION = "region"
    SEX = "sex"
    LANGUAGE = "language"
    LOCALITY = "locality"
