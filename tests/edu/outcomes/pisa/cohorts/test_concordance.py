"""Linking a scale to PISA by pupils who have both scores, and what follows from it."""

import numpy as np
import pytest

from edu.accounts.scope import system_scope
from edu.intake import FileRefused, ImportCount, IncomingFile
from edu.outcomes.pisa.cohorts import service
from edu.outcomes.pisa.cohorts.concordance import fit, read_on_pisa
from edu.outcomes.pisa.cohorts.concordance_importer import import_concordance
from edu.outcomes.pisa.cohorts.signals import Weighing, cohort_signal
from ml.intervals import t_estimate
from models.errors import Refusal
from models.pisa import Concordance, Domain
from tests.factories.pisa import make_cohorts

HEADER = "domain,cycle,school,own,pisa,source,status"


def both(schools: int = 20, each: int = 10, noise: float = 15.0):
    """True link: pisa = 0.8 own + 90, with what a school adds to one score alone."""
    random = np.random.default_rng(3)
    school = np.repeat(np.arange(schools), each)
    own = random.normal(430, 100, size=school.size)
    pisa = 0.8 * own + 90 + noise * random.normal(size=school.size)
    return own, pisa + 8 * random.normal(size=schools)[school], school


def file_of(noise: float = 15.0, schools: int = 20) -> IncomingFile:
    lines = [
        f"mathematics,2022,s{school},{own:.4f},{pisa:.4f},concordance study,verified"
        for own, pisa, school in zip(*both(schools, noise=noise), strict=True)
    ]
    return IncomingFile("both.csv", "\n".join([HEADER, *lines]).encode())


def test_the_line_gives_both_scores_the_same_mean_and_spread() -> None:
    own, pisa, school = both()
    found = fit(own, pisa, school)
    read = found.slope * own + found.intercept
    assert read.mean() == pytest.approx(pisa.mean())
    assert read.std() == pytest.approx(pisa.std())
    assert found.slope == pytest.approx(0.8, abs=0.05)
    assert (found.pupils, found.schools) == (200, 20)


def test_errors_hold_what_schools_add() -> None:
    own, pisa, school = both()
    by_school = fit(own, pisa, school).covariance
    by_pupil = fit(own, pisa, np.arange(own.size)).covariance
    at = np.array([own.mean(), 1.0])
    assert at @ np.array(by_school) @ at > at @ np.array(by_pupil) @ at


def test_a_mean_on_pisa_carries_the_error_of_the_link(session) -> None:
    own, pisa, school = both()
    found = fit(own, pisa, school)
    linked = Concordance(
        slope=found.slope, intercept=found.intercept, covariance=found.covariance, school_count=20
    )
    mean = t_estimate("mean", 430.0, 2.0, df=50, n=500)
    read = read_on_pisa(linked, mean)
    assert read.value == pytest.approx(0.8 * 430 + 90, abs=8)
    assert read.se > found.slope * 2.0


def test_a_file_links_a_scale_once(session) -> None:
    make_cohorts(session)
    assert import_concordance(session, system_scope(), file_of()) == ImportCount(new=1)
    assert import_concordance(session, system_scope(), file_of()) == ImportCount(unchanged=1)


def test_scores_that_hardly_go_together_are_not_linked(session) -> None:
    make_cohorts(session)
    with pytest.raises(Refusal, match="concordance_too_weak"):
        import_concordance(session, system_scope(), file_of(noise=120.0))


def test_too_few_schools_link_nothing(session) -> None:
    make_cohorts(session)
    with pytest.raises(Refusal, match="too_few_for_concordance"):
        import_concordance(session, system_scope(), file_of(schools=4))


def test_one_file_is_one_concordance(session) -> None:
    make_cohorts(session)
    lines = ["mathematics,2022,a,400,410,x,verified", "reading,2018,b,400,410,x,verified"]
    file = IncomingFile("both.csv", "\n".join([HEADER, *lines]).encode())
    with pytest.raises(FileRefused) as refused:
        import_concordance(session, system_scope(), file)
    assert [(one["line"], one["column"]) for one in refused.value.errors] == [
        (3, "domain"), (3, "cycle"),
    ]  # fmt: skip


def test_cohorts_add_to_a_projection_only_once_they_are_linked(session) -> None:
    run = make_cohorts(session)
    asked = {"domain": Domain.MATHEMATICS, "weighing": Weighing(0.05, 0.5)}
    with pytest.raises(Refusal, match="cohort_not_linked"):
        cohort_signal(session, system_scope(), **asked)
    import_concordance(session, system_scope(), file_of())
    with pytest.raises(Refusal, match="cohort_not_estimated"):
        cohort_signal(session, system_scope(), **asked)
    service.estimate_cohorts(session, system_scope(), run_id=run.id)
    signal = cohort_signal(session, system_scope(), **asked)
    assert signal.change == pytest.approx(0.8 * 20, abs=4)
    assert signal.link_error > 0
    assert (signal.coverage, signal.discount) == (0.05, 0.5)


def test_scores_that_are_all_the_same_link_nothing() -> None:
    own, pisa, school = both()
    with pytest.raises(Refusal, match="concordance_constant"):
        fit(np.full_like(own, 400.0), pisa, school)
