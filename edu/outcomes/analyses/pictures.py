"""The pictures of an answer: one figure in different views, and by group."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.charts import Chart, ranked_dots
from edu.outcomes.analyses.wording import findings as words
from edu.outcomes.presentation import group_names
from edu.registry.groups import GROUPING_NAMES
from edu.web.language import language
from ml.estimate import Estimate
from models.keyset import read_one
from models.outcomes import Finding
from models.scores import ScoringRun


def charts(session: Session, finding: Finding) -> dict[str, Chart]:
    """The pictures of views and groups by their names in addresses."""
    report, caption = finding.report or {}, caption_of(session, finding)
    found = {"views": views_chart(report["views"], caption)}
    total = Estimate.from_dict(finding.estimates[0])
    for one in report["groups"]:
        if one["rows"]:
            found[one["grouping"]] = group_chart(session, one, total, caption)
    return found


def caption_of(session: Session, finding: Finding) -> dict[str, Any]:
    """What every picture of a finding says about itself."""
    return {
        "unit_label": gettext(
            "Points of the scale “%(scale)s”", scale=scale_name(session, finding)
        ),
        "source": gettext("finding %(number)s, errors clustered by school", number=finding.id),
        "as_of": finding.created_at.date(),
    }


def views_chart(views: Sequence[Mapping[str, Any]], caption: dict[str, Any]) -> Chart:
    """The difference between those who took part and the others, in every view."""
    estimates = [
        replace(Estimate.from_dict(one["estimate"]), group=str(words.VIEWS[one["view"]]))
        for one in views
    ]
    return ranked_dots(
        estimates,
        zero=True,
        title=gettext("How much more those who took part gained, seen in different ways"),
        description=gettext(
            "Each dot is one way to compare the same people, the line its 95% interval; n counts"
            " people."
        ),
        **caption,
    )


def group_chart(
    session: Session, one: Mapping[str, Any], total: Estimate, caption: dict[str, Any]
) -> Chart:
    """The effect by group, drawn towards the mean of the groups as far as it is noise."""
    named = group_names(session, one["grouping"])
    estimates = [Estimate.from_dict(row["shrunken"]) for row in one["rows"]]
    return ranked_dots(
        estimates,
        reference=total,
        zero=True,
        suppressed=[named(row["group"]) for row in one["suppressed"]],
        labels={each.group: named(each.group) for each in estimates if each.group},
        title=gettext("By %(grouping)s", grouping=GROUPING_NAMES[one["grouping"]]),
        description=gettext(
            "Each dot is a group's figure, drawn towards the mean of the groups as far as it is"
            " noise; the line is its 95% interval; n counts people of both groups."
        ),
        **caption,
    )


def scale_name(session: Session, finding: Finding) -> str:
    """The name of the scale that a finding is told on."""
    run = read_one(session, ScoringRun, finding.scoring_run_id)
    return run.scale.name(language()) if run.scale else ""
