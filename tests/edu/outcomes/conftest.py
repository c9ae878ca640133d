from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.factories.scores import ScoredCohort, make_scored_cohort

PLAIN_ROWS = text("""
    SELECT DISTINCT person.id, person.sex, school.id AS school, school.urban, region.code AS region,
      (SELECT school_class.language_code FROM membership
       JOIN school_class ON school_class.id = class_id
       WHERE membership.person_id = person.id) AS language,
      (SELECT value FROM score JOIN sitting ON sitting.id = sitting_id
       WHERE sitting.person_id = person.id AND run_id = :run AND wave_id = :first) AS pre,
      (SELECT value FROM score JOIN sitting ON sitting.id = sitting_id
       WHERE sitting.person_id = person.id AND run_id = :run AND wave_id = :last) AS post
    FROM person
    JOIN enrollment ON person_id = person.id AND status IN ('enrolled', 'completed')
    JOIN school ON school.id = enrollment.school_id
    JOIN region ON region.id = school.region_id
    ORDER BY person.id""")


def cr2_mean(values: Sequence[float], schools: Sequence[object]) -> tuple[float, float, float]:
    """(mean, standard error, degrees of freedom), as Pustejovsky and Tipton (2018) define them.

    With ones for a design, the root of a school's adjustment is a scalar on its ones, and
    Satterthwaite's matrix has one row and column a school.
    """
    y = np.asarray(values, dtype=float)
    _, codes = np.unique(np.asarray([str(school) for school in schools]), return_inverse=True)
    n, sizes = y.size, np.bincount(codes)
    residuals = np.bincount(codes, weights=y - y.mean())
    alpha = 1 / (n * np.sqrt(1 - sizes / n))
    products = np.diag(alpha**2 * sizes) - np.outer(alpha * sizes, alpha * sizes) / n
    se = np.sqrt(((alpha * residuals) ** 2).sum())
    return float(y.mean()), float(se), float(np.trace(products) ** 2 / (products**2).sum())


@pytest.fixture
def cohort(session) -> ScoredCohort:
    """600 pupils in 20 schools with a true gain of 5 points, of girls 6."""
    made = make_scored_cohort(session, persons=600, by_sex=1.0)
    session.commit()
    return made


@pytest.fixture
def plain_rows(session) -> Callable[[ScoredCohort], dict[str, npt.NDArray[np.generic]]]:
    """Every participant, read one by one, in columns."""

    def read(cohort: ScoredCohort) -> dict[str, npt.NDArray[np.generic]]:
        first, last = (wave.id for wave in cohort.waves)
        found = session.execute(
            PLAIN_ROWS, {"run": cohort.run.id, "first": first, "last": last}
        ).all()
        names = ("id", "sex", "school", "urban", "region", "language", "pre", "post")
        return {
            name: np.array(column)
            for name, column in zip(names, zip(*found, strict=True), strict=True)
        }

    return read


@pytest.fixture
def edu(monkeypatch, settings, database_urls, session) -> Callable[..., Result]:
    """Runs `edu …` on the test database."""
    from edu.cli import edu as command

    monkeypatch.setenv("EDU_HOME", str(settings.home))
    monkeypatch.setenv("EDU_DATABASE_URL", database_urls.application)
    monkeypatch.setenv("EDU_DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(command, list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run
