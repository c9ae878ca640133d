"""A card in pictures: what was foretold and what came, what goes with leaving, and for whom."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.charts import Chart, Curve, Point, curves, ranked_dots
from edu.outcomes.presentation import group_names
from edu.outcomes.risk import words
from edu.registry.groups import GROUPING_NAMES
from ml.estimate import Estimate
from models.risk import RiskModel


def charts(session: Session, model: RiskModel) -> dict[str, Chart]:
    """The pictures of a card by their names in addresses."""
    kept = model.card or {}
    caption = {
        "source": gettext("model %(number)s, errors clustered by school", number=model.id),
        "as_of": model.learned_until,
    }
    found = {
        "reliability": reliability(kept["calibration"]["bins"], caption),
        "influences": influences(kept["influences"], caption),
    }
    for one in kept["fairness"]:
        if one["rows"]:
            named = group_names(session, one["grouping"])
            found[one["grouping"]] = fairness(one, named, caption)
    return found


def reliability(bins: list[Mapping[str, Any]], caption: Mapping[str, Any]) -> Chart:
    """What was foretold against what came."""
    observed = [Estimate.from_dict(each["observed"]) for each in bins]
    foretold = [100 * each["foretold"] for each in bins]
    right = [Point(x, x / 100) for x in sorted({0.0, *foretold})]
    came = [Point.of(x, one) for x, one in zip(foretold, observed, strict=True)]
    return curves(
        [
            Curve(gettext("if it were exactly right"), right, smooth=True, dashed=True),
            Curve(gettext("what came"), came),
        ],
        title=gettext("What was foretold, and what came"),
        description=gettext(
            "People of schools that the formula had not seen, from the least to the most at risk:"
            " across, what it foretold them; up, the share that left."
        ),
        x_label=gettext("Foretold, percent"),
        y_label=gettext("Share that left"),
        y_range=(0.0, 0.0),
        unit="share",
        **caption,
    )


def influences(kept: list[Mapping[str, Any]], caption: Mapping[str, Any]) -> Chart:
    """How each feature goes with leaving."""
    estimates = [
        replace(
            Estimate.from_dict(each["estimate"]),
            group=words.feature(each["name"], each["indicator"]),
        )
        for each in kept
    ]
    return ranked_dots(
        estimates,
        zero=True,
        title=gettext("What goes with leaving"),
        description=gettext(
            "By how much the probability of leaving differs, all else known being equal. Not a"
            " cause: changing it need not change who leaves."
        ),
        unit_label=gettext("Difference in the probability, percentage points"),
        **caption,
    )


def fairness(
    one: Mapping[str, Any], named: Callable[[str], str], caption: Mapping[str, Any]
) -> Chart:
    """Where a grouping's risk is under- or overrated."""
    estimates = [Estimate.from_dict(row["gap"]) for row in one["rows"]]
    return ranked_dots(
        estimates,
        zero=True,
        labels={each.group: named(each.group) for each in estimates if each.group},
        title=gettext("By %(grouping)s", grouping=GROUPING_NAMES[one["grouping"]]),
        description=gettext(
            "Share that left less the share foretold: right of zero a group's risk was underrated,"
            " left of it overrated."
        ),
        unit_label=gettext("Left less foretold, percentage points"),
        **caption,
    )
