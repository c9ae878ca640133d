"""Features, reasons and checks in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from edu.web.frame import format_number, format_share
from edu.web.messages import sentence

# What a feature is called where it stands for itself; a yes-or-no feature is told as its yes.
FEATURES: dict[str, LazyString] = {
    "applied_early": _l("days between applying and the start"),
    "applied_shortly_before": _l("applied less than two weeks before the start"),
    "days_missed": _l("days missed at the beginning"),
    "waited": _l("got the seat from the waitlist"),
    "earlier_completed": _l("programs completed before"),
    "earlier_left": _l("programs given up before"),
    "companions": _l("how many of the school take part"),
    "baseline": _l("the score before the start"),
    "baseline:missing": _l("no score from before the start"),
    "grade": _l("grade"),
    "old_for_grade": _l("years older than most of the grade"),
    "student": _l("student instead of pupil"),
    "teacher": _l("teacher instead of pupil"),
    "other_adult": _l("other participant instead of pupil"),
}
# (feature, whether the person has more of it than the average) → what to say of the person.
REASONS: dict[tuple[str, bool], LazyString] = {
    ("applied_early", True): _l("applied long before the start"),
    ("applied_early", False): _l("applied late"),
    ("applied_shortly_before", True): _l("applied less than two weeks before the start"),
    ("applied_shortly_before", False): _l("applied two weeks before the start or earlier"),
    ("days_missed", True): _l("missed the beginning"),
    ("days_missed", False): _l("was there from the beginning"),
    ("waited", True): _l("got the seat from the waitlist"),
    ("waited", False): _l("had a seat without waiting"),
    ("earlier_completed", True): _l("completed a program before"),
    ("earlier_completed", False): _l("has completed no program before"),
    ("earlier_left", True): _l("gave up a program before"),
    ("earlier_left", False): _l("has given up no program before"),
    ("companions", True): _l("many of the school take part"),
    ("companions", False): _l("few of the school take part"),
    ("baseline", True): _l("a high score before the start"),
    ("baseline", False): _l("a low score before the start"),
    ("baseline:missing", True): _l("no score from before the start"),
    ("baseline:missing", False): _l("a score from before the start"),
    ("grade", True): _l("a high grade"),
    ("grade", False): _l("a low grade"),
    ("old_for_grade", True): _l("older than most of the grade"),
    ("old_for_grade", False): _l("younger than most of the grade"),
    ("student", True): _l("is a student"),
    ("student", False): _l("is not a student"),
    ("teacher", True): _l("is a teacher"),
    ("teacher", False): _l("is not a teacher"),
    ("other_adult", True): _l("is neither pupil, student nor teacher"),
    ("other_adult", False): _l("is a pupil, student or teacher"),
}
CHECK_NAMES: dict[str, LazyString] = {
    "enough_outcomes": _l("Enough people who left"),
    "tells_apart": _l("Tells people apart"),
    "calibration": _l("Numbers that mean what they say"),
    "halfway": _l("Also right halfway"),
    "fairness": _l("As right for one group as for another"),
}


def feature(name: str, indicator: bool) -> str:
    """A feature beside its influence: what changes, and by how much."""
    shown = str(FEATURES.get(name, name))
    if indicator:
        return shown
    return str(gettext("%(feature)s, one standard deviation more", feature=shown))


def reason(name: str, above: bool) -> str:
    """Why a person is more at risk than most."""
    return str(REASONS.get((name, above), name))


def check_figures(check: Mapping[str, Any]) -> str:
    """What was found, and what is asked for."""
    value = check["value"]
    if value is None:
        return ""
    if check["name"] == "enough_outcomes":
        return str(
            gettext("%(value)s for each feature; 10 are asked for", value=format_number(value))
        )
    if check["name"] == "tells_apart":
        return str(
            gettext(
                "the interval begins at %(value)s; it must lie above %(half)s",
                value=format_share(value, 1),
                half=format_share(0.5),
            )
        )
    if check["name"] == "calibration":
        return str(
            gettext(
                "slope %(value)s; asked for is 0.8 to 1.25, or an interval that holds 1",
                value=format_number(value, 2),
            )
        )
    return str(
        gettext(
            "largest difference %(value)s; at most %(threshold)s, or no more than chance",
            value=format_share(abs(value), 1),
            threshold=format_share(check["threshold"]),
        )
    )


def check_sentence(check: Mapping[str, Any]) -> str:
    """What a check means."""
    return sentence(check["explanation"], check["parameters"])


def misjudged(kept: Mapping[str, Any]) -> str:
    """The sentence on unfairness, where there is any."""
    failed = [check for check in kept["checks"] if check["name"] == "fairness"]
    return check_sentence(failed[0]) if failed and not failed[0]["passed"] else ""
