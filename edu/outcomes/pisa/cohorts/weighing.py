"""The own cohorts beside the series in a projection, once somebody says how far they count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.outcomes.pisa.cohorts.signals import cohort_signal, linked_run, weighing_of
from edu.outcomes.pisa.national.series import FAN, national_series, projections
from edu.outcomes.pisa.schemas import WeighingArguments
from edu.outcomes.pisa.statements import spread
from edu.outcomes.pisa.words import domain_name, told_unverified
from edu.web.forms import Form, checked
from edu.web.frame import format_number, format_share
from edu.web.messages import sentence
from ml.survey import Forecast
from ml.survey.projection import Source
from models.errors import Refusal
from models.pisa import Domain

# A weight of a few percent is told to a tenth of one.
WEIGHT_DIGITS = 1


@dataclass(frozen=True)
class WeighedCycle:
    """A cycle to come: what each source alone says, what both say, and the weight of each."""

    year: int
    series: str
    cohorts: str
    together: str
    weights: tuple[str, str]


@dataclass(frozen=True)
class Weighed:
    """unlinked: why there is nothing to weigh, empty where there is. cycles: none before both
    shares are given. unverified: figures of the series that were not found in their sources."""

    form: Form
    unlinked: str = ""
    cycles: Sequence[WeighedCycle] = ()
    unverified: Sequence[str] = ()

    @property
    def status(self) -> int:
        """Of the page's answer."""
        return 422 if self.form.errors or self.form.problem else 200


def weigh(session: Session, scope: Scope, *, domain: Domain, given: Mapping[str, Any]) -> Weighed:
    """The section of a domain, `given` being what its form was sent with."""
    try:
        linked_run(session, scope, domain=domain)
    except Refusal as refusal:
        named = {**refusal.parameters, "scale": domain_name(domain)}
        return Weighed(Form(), sentence(refusal.code, named))
    form = weighing_form(given)
    cycles = form.submit(partial(weighed_cycles, session, scope, domain))
    series = national_series(session, scope, domain=domain)
    return Weighed(
        form, cycles=cycles or (), unverified=[told_unverified(one) for one in series.unverified]
    )


def weighing_form(given: Mapping[str, Any]) -> Form:
    """The two shares as they were typed; an empty one counts as not given."""
    schema = WeighingArguments()
    raw = {name: given[name] for name in schema.fields if name in given}
    form = checked(schema, {name: value for name, value in raw.items() if value != ""})
    form.raw = raw
    return form


def weighed_cycles(
    session: Session,
    scope: Scope,
    domain: Domain,
    *,
    coverage: float | None,
    discount: float | None,
) -> list[WeighedCycle]:
    """The coming cycles by both sources; none without the two shares.

    Refuses half_a_weighing, cohort_not_estimated, and what leaves the series without a trend.
    """
    weighing = weighing_of(coverage, discount)
    if weighing is None:
        return []
    signal = cohort_signal(session, scope, domain=domain, weighing=weighing)
    series = national_series(session, scope, domain=domain)
    return [weighed_cycle(one) for one in projections(series, cohort=signal)[FAN[-1]].forecasts]


def weighed_cycle(forecast: Forecast) -> WeighedCycle:
    """A cycle in words; the two weights as shown add up to 100 %."""
    series, cohorts = forecast.sources
    counted = round(cohorts.weight, WEIGHT_DIGITS + 2)
    return WeighedCycle(
        year=forecast.year,
        series=alone(series),
        cohorts=alone(cohorts),
        together=spread(forecast.value, forecast.interval),
        weights=(format_share(1 - counted, WEIGHT_DIGITS), format_share(counted, WEIGHT_DIGITS)),
    )


def alone(source: Source) -> str:
    """What one source says, with its error."""
    return f"{format_number(source.value)} ({format_number(source.se)})"
