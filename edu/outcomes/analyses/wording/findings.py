"""What an analysis found, in sentences that say no more than its checks allow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from edu.outcomes.analyses.wording.sections import figures_of, in_percent, written
from edu.outcomes.precision import decimals
from edu.registry.groups import group_names
from edu.web.frame import format_number
from edu.web.messages import sentence
from ml.estimate import Estimate
from models.outcomes import Finding

CHECK_NAMES: dict[str, LazyString] = {
    "balance": _l("Alike before the program"),
    "overlap": _l("Somebody to compare with"),
    "effective_sample_size": _l("Enough people after weighting"),
    "placebo": _l("No difference where there can be none"),
    "attrition": _l("Few people lost"),
    "robustness_value": _l("Unmeasured influences"),
    "e_value": _l("Unmeasured influences, as a risk ratio"),
    "small_samples": _l("Enough people and schools"),
    "folds": _l("Schools kept together"),
}
BECAUSE: dict[str, LazyString] = {
    "balance_missed_in": _l("those who took part and the others still differ in %(column)s"),
    "overlap_missed": _l("some who took part have nobody like them to be compared with"),
    "effective_size_missed": _l("too few of the others are like those who took part"),
    "placebo_failed": _l("the groups already differed before the program"),
    "placebo_not_done": _l("it could not be checked whether the groups were alike before"),
    "attrition_differs": _l("more results are missing in one group than in the other"),
    "attrition_high": _l("too many results are missing"),
    "robustness_value_fragile": _l("something weak that nobody measured could explain it"),
    "e_value_fragile": _l("something weak that nobody measured could explain it"),
    "robustness_value_limit_fragile": _l(
        "something weak that nobody measured could bring its interval to zero"
    ),
    "e_value_limit_fragile": _l(
        "something weak that nobody measured could bring its interval to zero"
    ),
    "few_persons": _l("one of the groups has too few people"),
    "few_schools": _l("one of the groups has too few schools"),
    "school_in_two_folds": _l("schools were split while the models were learned"),
}
HEADLINES: dict[str, LazyString] = {
    "more": _l(
        "%(scale)s of those who took part rose by %(value)s points more than that of comparable"
        " people (95%% interval %(low)s to %(high)s; people: %(n)s, schools: %(schools)s)."
    ),
    "less": _l(
        "%(scale)s of those who took part rose by %(value)s points less than that of comparable"
        " people (95%% interval %(low)s to %(high)s; people: %(n)s, schools: %(schools)s)."
    ),
    "unsure": _l(
        "%(scale)s: whether those who took part gained more or less than comparable people cannot"
        " be told. The 95%% interval, %(low)s to %(high)s points, holds zero (people: %(n)s,"
        " schools: %(schools)s)."
    ),
}
# (whether every check passed, whether the interval leaves out zero) → what that is.
STANDINGS: dict[tuple[str, str], LazyString] = {
    ("causal", "sure"): _l(
        "This is an effect, as far as records can show: all %(count)s checks passed."
    ),
    ("causal", "unsure"): _l(
        "No effect can be shown. As all %(count)s checks passed, one of more than %(largest)s"
        " points in either direction is unlikely."
    ),
    ("not_causal", "sure"): _l("This is a difference, not an effect, because %(reasons)s."),
    ("not_causal", "unsure"): _l("Nor could it be called an effect, because %(reasons)s."),
}
VIEWS: dict[str, LazyString] = {
    "score": _l("gain compared with gain"),
    "ancova": _l("at an equal first score (ANCOVA)"),
    "eiv": _l("at an equal true first score (errors in variables)"),
    "mixed": _l("within schools (random intercepts)"),
    "adjusted": _l("made comparable in everything known (doubly robust)"),
}
COLUMNS: dict[str, LazyString] = {
    "baseline": _l("the first score"),
    "baseline_squared": _l("how far the first score lies from the middle"),
    "school_baseline": _l("the school's mean first score"),
    "school_size": _l("the size of the school"),
    "grade": _l("grade"),
}
LABELED: dict[str, LazyString] = {
    "role": _l("role: %(label)s"),
    "sex": _l("sex: %(label)s"),
    "locality": _l("locality: %(label)s"),
    "language": _l("language of instruction: %(label)s"),
    "version": _l("language of the test: %(label)s"),
    "region": _l("region: %(label)s"),
}
POOLS: dict[str, LazyString] = {
    "same_regions": _l("people of the same regions who did not take part"),
    "same_schools": _l("people of the same schools who did not take part"),
    "other_schools": _l("people of schools in which nobody took part"),
    "nation": _l("people of the whole country who did not take part"),
}
ESTIMANDS: dict[str, LazyString] = {
    "ATT": _l("those who took part"),
    "ATE": _l("everybody who could have taken part"),
    "ATO": _l("those who might as well have been in either group"),
}
STEPS: dict[str, LazyString] = {
    "enrolled": _l("began the program"),
    "stayed": _l("stayed to its end"),
    "only_this": _l("took part in no other program"),
    "not_enrolled": _l("did not take part"),
    "no_other": _l("took part in no other program either"),
    "eligible": _l("would have been accepted by role and grade"),
    "in_pool": _l("live where people are compared"),
    "baseline": _l("have a score in the first wave"),
    "endline": _l("have a score in the last wave, too"),
    "analysed": _l("are compared"),
}
FIGURES: dict[str, LazyString] = {
    "balance": _l("%(value)s standard deviations; at most %(threshold)s is asked for"),
    "overlap": _l("%(value)s of those who took part; at least %(threshold)s is asked for"),
    "effective_sample_size": _l(
        "as many as %(value)s people; at least %(threshold)s are asked for"
    ),
    "placebo": _l("%(value)s times its error; at most %(threshold)s is asked for"),
    "attrition": _l("%(value)s apart; at most %(threshold)s is asked for"),
    "robustness_value": _l("robustness value %(value)s; at least %(threshold)s is asked for"),
    "e_value": _l("E-value %(value)s; at least %(threshold)s is asked for"),
    "small_samples": _l("%(value)s in the smaller group; at least %(threshold)s are asked for"),
    "folds": _l("%(value)s; at most %(threshold)s is asked for"),
}
Named = Callable[[str], str]
ALPHA = 0.05
# Whose sentences say all there is to say: a threshold would mislead.
QUIET = frozenset({"robustness_value_null", "e_value_null"})


def column_namer(session: Session) -> Named:
    """What to call a covariate."""
    known = {
        name: group_names(session, "language" if name == "version" else name) for name in LABELED
    }

    def named(column: str) -> str:
        grouping, _, label = column.partition(":")
        if grouping not in LABELED:
            return str(COLUMNS.get(column, column))
        if not label:
            return str(LABELED[grouping]) % {"label": gettext("one that is not shown")}
        shown = gettext("not known") if label == "unknown" else known[grouping](label)
        return str(LABELED[grouping]) % {"label": shown}

    return named


def headline(finding: Finding, scale: str) -> str:
    """What was found, and how sure: one sentence."""
    found = Estimate.from_dict(finding.estimates[0])
    low, high = found.interval
    told = "more" if low > 0 else "less" if high < 0 else "unsure"
    return str(HEADLINES[told]) % {"scale": scale, **figures_of(found)}


def standing(finding: Finding, named: Named) -> str:
    """Whether that is an effect, and if not, why not."""
    failed = [check for check in finding.checks if not check["passed"]]
    found = Estimate.from_dict(finding.estimates[0])
    low, high = found.interval
    told = ("causal" if not failed else "not_causal", "unsure" if low <= 0 <= high else "sure")
    return str(STANDINGS[told]) % {
        "count": len(finding.checks),
        "largest": format_number(max(abs(low), abs(high)), decimals(found)),
        "reasons": "; ".join(dict.fromkeys(because(check, named) for check in failed)),
    }


def because(check: Mapping[str, Any], named: Named) -> str:
    """Why a failed check stands in the way."""
    text: str = str(BECAUSE.get(check["explanation"], check["explanation"]))
    if "column" in check["parameters"]:
        return str(text % {"column": named(check["parameters"]["column"])})
    return text


def explained(check: Mapping[str, Any], named: Named) -> str:
    """What a check found, with its figures as people read them."""
    shown: dict[str, object] = {}
    for name, value in check["parameters"].items():
        if name == "column":
            shown[name] = named(str(value))
        elif name in ("treated", "comparison"):
            shown[name] = in_percent(value)
        else:
            shown[name] = written(value) if isinstance(value, float) else value
    return sentence(check["explanation"], shown)


def figures(check: Mapping[str, Any]) -> str:
    """What was found against what was asked for."""
    if check["value"] is None or check["threshold"] is None or check["explanation"] in QUIET:
        return ""
    return str(FIGURES[check["name"]]) % figures_shown(check)


def figures_shown(check: Mapping[str, Any]) -> dict[str, str]:
    """Its value and threshold as people read them."""
    found = {name: check[name] for name in ("value", "threshold")}
    if check["name"] in ("overlap", "attrition"):
        return {name: in_percent(value) for name, value in found.items()}
    return {name: written(value, most=2) for name, value in found.items()}


def told_groups(groups: Sequence[Mapping[str, Any]]) -> str:
    """In how many of the groups the figure differs from zero after Holm's correction."""
    rows = [row for one in groups for row in one["rows"]]
    if not rows:
        return ""
    return str(
        gettext(
            "Corrected for their number (Holm), a group's own figure differs from zero in %(some)s"
            " of %(all)s groups.",
            some=sum(row["holm"] < ALPHA for row in rows),
            all=len(rows),
        )
    )
