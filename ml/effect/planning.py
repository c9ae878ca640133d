"""Before a rollout: how large an effect it can detect, and how many schools that takes.

Schools are assigned, pupils within them measured once at the end:

    se² = [ρ (1 − R²₂) + (1 − ρ)(1 − R²₁) / ñ] / (P (1 − P) S)

in squared standard deviations of the outcome, with S schools that stay, a share P of them
treated, ρ the intra-class correlation, R² what covariates explain between and within schools, and
ñ the pupils per school, lessened by attrition and by schools of unequal size. Test: t(S − 2 − q).
Sources: Bloom, Richburg-Hayes & Black (2007, EEPA 29); Dong & Maynard (2013, JREE 6); unequal
sizes: Eldridge, Ashby & Kerry (2006, International Journal of Epidemiology 35).
"""

import math
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real

from ml.checks import check_level
from ml.errors import StatisticsError

SHARES = ("treated_share", "icc", "r2_school", "r2_pupil", "school_attrition", "pupil_attrition")
COUNTS = ("schools", "school_covariates")
MOST_SCHOOLS = 1_000_000
# Whole schools in either arm: of fewer nobody could say how alike the schools of an arm are.
FEWEST_IN_ARM = 2
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDesign:
    """What is planned.

    schools, pupils: schools in all, and pupils measured per school at the start. icc: share of
    the outcome's variance that lies between schools. treated_share: of the schools. r2_school,
    r2_pupil: share of the variance between and within schools that covariates (the baseline test)
    explain; school_covariates: how many of them are school means. school_attrition,
    pupil_attrition: share that is lost by the end. size_variation: standard deviation of pupils
    per school over their mean.
    """

    schools: int
    pupils: float
    icc: float
    treated_share: float = 0.5
    r2_school: float = 0.0
    r2_pupil: float = 0.0
    school_covariates: int = 0
    school_attrition: float = 0.0
    pupil_attrition: float = 0.0
    size_variation: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the rollout can show.

    effect: in standard deviations of the outcome. power: chance to find it. se: of the estimate.
    df: degrees of freedom. planned_schools: at the start. schools, pupils: that stay to the end,
    in all. design_effect: how many times more pupils are needed than if each were assigned alone.
    """

    effect: float
    power: float
    se: float
    df: float
    planned_schools: int
    schools: float
    pupils: float
    design_effect: float
    level: float


def detectable_effect(design: SchoolDesign, *, power: float = 0.8, level: float = 0.95) -> Plan:
    """The smallest effect that is found with the given power, two-sided.

    Errors: invalid_rollout with the name of what is impossible; too_few_schools_in_arm,
    too_few_schools_left, too_few_pupils_left; invalid_power, invalid_level.
    """
    _check(design, level)
    _check_power(power, level)
    from scipy.optimize import brentq  # noqa: PLC0415

    se, df = _error(design)
    in_errors = float(brentq(lambda d: _power(d, df, level) - power, 1e-9, 100.0, xtol=1e-12))
    return _plan(design, in_errors * se, power, level)


def power_of(design: SchoolDesign, effect: float, *, level: float = 0.95) -> Plan:
    """The chance to find an effect of that many standard deviations.

    Errors: as above; invalid_effect.
    """
    _check(design, level)
    _check_effect(effect)
    se, df = _error(design)
    return _plan(design, effect, _power(abs(effect) / se, df, level), level)


def schools_needed(
    design: SchoolDesign, effect: float, *, power: float = 0.8, level: float = 0.95
) -> Plan:
    """The fewest schools, all else as in `design`, that find the effect with the power.

    Errors: as above; too_small_effect where a million schools are too few.
    """
    _check(design, level)
    _check_effect(effect)
    _check_power(power, level)
    low, high = design.school_covariates + 4, design.school_covariates + 4
    while not _enough(replace(design, schools=high), effect, power, level):
        low, high = high, high * 2
        if high > MOST_SCHOOLS:
            raise StatisticsError("too_small_effect", effect=effect)
    while low < high:
        middle = (low + high) // 2
        if _enough(replace(design, schools=middle), effect, power, level):
            high = middle
        else:
            low = middle + 1
    return power_of(replace(design, schools=high), effect, level=level)


def _enough(design: SchoolDesign, effect: float, power: float, level: float) -> bool:
    se, df = _error(design)
    return enough_schools(design) and df >= 1 and _power(abs(effect) / se, df, level) >= power


def enough_schools(design: SchoolDesign) -> bool:
    """Whether two whole schools stay to the end in either arm, or more."""
    stay = design.schools * (1 - design.school_attrition)
    smaller = min(design.treated_share, 1 - design.treated_share)
    return stay * smaller >= FEWEST_IN_ARM - ROUNDING


def _error(design: SchoolDesign) -> tuple[float, float]:
    schools = design.schools * (1 - design.school_attrition)
    pupils = design.pupils * (1 - design.pupil_attrition)
    between = design.icc * (1 - design.r2_school)
    within = (1 - design.icc) * (1 - design.r2_pupil) / pupils
    # Pupils count alike, so large schools weigh more and their shared part cancels less.
    uneven = design.icc * (1 - design.r2_school) * design.size_variation**2
    share = design.treated_share * (1 - design.treated_share)
    variance = (between + within + uneven) / (share * schools)
    return math.sqrt(variance), schools - 2 - design.school_covariates


def _power(effect_in_errors: float, df: float, level: float) -> float:
    """Of the two-sided t test, exactly: with the noncentral t distribution."""
    from scipy.special import nctdtr, ndtr, stdtrit  # noqa: PLC0415

    critical = float(stdtrit(df, (1 + level) / 2))
    missed = nctdtr(df, effect_in_errors, critical) - nctdtr(df, effect_in_errors, -critical)
    if not math.isfinite(missed):  # far beyond where the power matters, the series gives up
        missed = ndtr((critical - effect_in_errors) / math.sqrt(1 + critical**2 / (2 * df)))
    return float(1 - missed)


def _plan(design: SchoolDesign, effect: float, power: float, level: float) -> Plan:
    se, df = _error(design)
    schools = design.schools * (1 - design.school_attrition)
    pupils = design.pupils * (1 - design.pupil_attrition)
    uneven = 1 + design.size_variation**2
    return Plan(
        effect=effect,
        power=power,
        se=se,
        df=df,
        planned_schools=design.schools,
        schools=schools,
        pupils=schools * pupils,
        design_effect=1 + (uneven * pupils - 1) * design.icc,
        level=level,
    )


def _check(design: SchoolDesign, level: float) -> None:
    check_level(level)
    _check_numbers(design)
    for name in SHARES:
        value = getattr(design, name)
        positive = name == "treated_share"
        if not (0 <= value < 1) or (positive and value == 0):
            raise _impossible(design, name)
    if not 2 * FEWEST_IN_ARM <= design.schools <= MOST_SCHOOLS:
        raise _impossible(design, "schools")
    if design.pupils < 1:
        raise _impossible(design, "pupils")
    for name in ("size_variation", "school_covariates"):
        if getattr(design, name) < 0:
            raise _impossible(design, name)
    _check_left(design)
    if _error(design)[1] < 1:
        raise _impossible(design, "schools")


def _check_left(design: SchoolDesign) -> None:
    """Refuse a rollout of whose schools or pupils too few would be left, and say by what."""
    schools, least = design.schools, FEWEST_IN_ARM
    if not enough_schools(replace(design, school_attrition=0.0)):
        share = design.treated_share
        raise StatisticsError("too_few_schools_in_arm", schools=schools, share=share, least=least)
    if not enough_schools(design):
        lost = design.school_attrition
        raise StatisticsError("too_few_schools_left", schools=schools, lost=lost, least=least)
    if design.pupils * (1 - design.pupil_attrition) < 1 - ROUNDING:
        pupils, lost = design.pupils, design.pupil_attrition
        raise StatisticsError("too_few_pupils_left", pupils=pupils, lost=lost)


def _check_numbers(design: SchoolDesign) -> None:
    """Schools and covariates are counted; all else is a finite number."""
    for each in fields(design):
        value = getattr(design, each.name)
        kind = Integral if each.name in COUNTS else Real
        if not (isinstance(value, kind) and math.isfinite(value)):
            raise _impossible(design, each.name)


def _impossible(design: SchoolDesign, name: str) -> StatisticsError:
    return StatisticsError("invalid_rollout", name=name, found=getattr(design, name))


def _check_power(power: float, level: float) -> None:
    if not (isinstance(power, Real) and 1 - level < power < 1):
        raise StatisticsError("invalid_power", found=power)


def _check_effect(effect: float) -> None:
    if not (isinstance(effect, Real) and math.isfinite(effect)):
        raise StatisticsError("invalid_effect", found=effect)
