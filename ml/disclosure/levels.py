"""The hierarchies of the thin export: month of birth, and place."""

import numpy as np

from ml.disclosure.hierarchy import Hierarchy
from ml.errors import StatisticsError
from ml.labels import Labels


def birth_hierarchy(name: str, dates: Labels, *, coarsest: int | None = None) -> Hierarchy:
    """Month → year → two years → *, such as 2011-04 → 2011 → 2010-2011 → *.

    dates: (n_persons,) of dates, datetime64 or ISO text (YYYY-MM or longer); the day is never
    kept. Two years begin with the even one. Errors: not_a_date, missing_label (with the row).
    """
    try:
        months = np.asarray(dates, dtype="datetime64[M]")
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_a_date", name=name) from error
    if np.isnat(months).any():
        raise StatisticsError("missing_label", name=name, row=int(np.isnat(months).argmax()))
    found, position = np.unique(months, return_inverse=True)
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    pairs = years - years % 2
    labels = (
        np.datetime_as_string(found).astype(object),
        np.array([f"{year:04d}" for year in years], dtype=object),
        np.array([f"{year:04d}-{year + 1:04d}" for year in pairs], dtype=object),
    )
    return Hierarchy.from_levels(name, [level[position] for level in labels], coarsest=coarsest)


def place_hierarchy(
    name: str,
    schools: Labels,
    districts: Labels,
    regions: Labels,
    *,
    coarsest: int | None = None,
) -> Hierarchy:
    """School → district → region → *. Each array is (n_persons,) of codes that are unique in
    the country: two districts of one name would be taken for one, and are refused."""
    return Hierarchy.from_levels(name, [schools, districts, regions], coarsest=coarsest)


def flat_hierarchy(name: str, labels: Labels) -> Hierarchy:
    """The value itself, or *: sex, language of instruction."""
    return Hierarchy.from_levels(name, [labels])
