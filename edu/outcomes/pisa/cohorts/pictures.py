"""The service's own cohorts in pictures: levels by wave, means by wave, changes by region."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext

from edu.charts import Chart, Curve, Panel, Point, Shares, panels, ranked_dots, stacked_bars
from edu.outcomes.pisa.cohorts.service import BESIDE
from edu.outcomes.pisa.words import domain_name, level_name
from edu.outcomes.presentation import withheld_word
from edu.web.labels import wave_name
from ml.estimate import Estimate
from models.outcomes import Finding
from models.scores import Scale

Named = Callable[[str], str]


@dataclass(frozen=True)
class Cohorts:
    """What was found of one domain's run, by kind; `waves` in order of date."""

    domain: str
    scale: Scale
    findings: Mapping[str, Finding]

    @property
    def waves(self) -> list[str]:
        """The codes of the waves."""
        found = next(iter(self.findings.values()))
        return [str(wave) for wave in found.definition["waves"]]

    def estimates(self, kind: str) -> list[Estimate]:
        """The estimates of one kind; none before it was estimated."""
        found = self.findings.get(kind)
        return [Estimate.from_dict(fields) for fields in found.estimates] if found else []

    def withheld(self, kind: str) -> dict[str, str]:
        """The groups of one kind that may not be shown, each with the word that says why."""
        found = self.findings.get(kind)
        rows = found.suppressed if found else []
        return {str(row["group"]): withheld_word(str(row["reason"])) for row in rows}


def source_of(finding: Finding) -> str:
    """Which finding, on which scores."""
    text = gettext(
        "finding %(number)s on scoring run %(run)s; errors clustered by school, over all plausible "
        "values",
        number=finding.id,
        run=finding.scoring_run_id,
    )
    return str(text)


def waves_chart(found: Sequence[Cohorts]) -> Chart | None:
    """The cohorts' mean by wave, one picture for each domain."""
    parts = [part for cohorts in found if (part := waves_panel(cohorts)) is not None]
    if not parts:
        return None
    waves = max((cohorts.waves for cohorts in found), key=len)
    return panels(
        parts,
        title=gettext("Mean of the cohorts, wave by wave"),
        description=gettext(
            "Each dot is the mean of all who sat the wave, on its 95% interval. The points are "
            "those of the service's own scales, not of PISA: where the first wave lies was set, "
            "not found. A change between waves also carries their link error: see the changes."
        ),
        x_label=gettext("Wave"),
        y_label=gettext("Points of the own scale"),
        x_ticks=list(enumerate(map(wave_name, waves))),
        source=gettext("scoring runs of the service; errors clustered by school"),
    )


def waves_panel(cohorts: Cohorts) -> Panel | None:
    """One domain's mean by wave; None where none may be shown."""
    totals = {one.group: one for one in cohorts.estimates("cohort_means")}
    points = [
        Point.of(place, totals[wave]) for place, wave in enumerate(cohorts.waves) if wave in totals
    ]
    if not points:
        return None
    return Panel(domain_name(cohorts.domain), [Curve(gettext("cohort mean"), points, joined=True)])


def levels_chart(cohorts: Cohorts) -> Chart | None:
    """Shares of the levels by wave."""
    estimates = cohorts.estimates("cohort_levels")
    if not estimates:
        return None
    finding = cohorts.findings["cohort_levels"]
    codes = ["0", *(level.code for level in cohorts.scale.levels)]
    by_wave = {wave: [one for one in estimates if one.group == wave] for wave in cohorts.waves}
    return stacked_bars(
        [Shares(wave_name(wave), shares or None) for wave, shares in by_wave.items()],
        levels=[level_name(code) for code in codes],
        boundary=level_name("2"),
        title=gettext(
            "%(domain)s: levels of the cohorts, by wave", domain=domain_name(cohorts.domain)
        ),
        description=gettext(
            "Each bar holds all who sat the wave, from the lowest level to the highest. The levels "
            "begin at PISA's bounds, but the scale is the service's own: the shares are no shares "
            "of PISA."
        ),
        unit_label=gettext("Share of people"),
        source=source_of(finding),
        as_of=finding.created_at.date(),
    )


def changes_chart(cohorts: Cohorts, named: Named) -> Chart | None:
    """The change of each region's pupils between the first and the last wave."""
    estimates = cohorts.estimates("cohort_changes")
    if not estimates:
        return None
    finding = cohorts.findings["cohort_changes"]
    groups = [one for one in estimates if one.group is not None]
    total = next((one for one in estimates if one.group is None), None)
    return ranked_dots(
        groups or estimates,
        reference=total if groups else None,
        suppressed={named(code): word for code, word in cohorts.withheld("cohort_changes").items()},
        labels={code: named(code) for one in groups if (code := one.group)},
        zero=True,
        title=gettext(
            "%(domain)s: change by region, first to last wave", domain=domain_name(cohorts.domain)
        ),
        description=gettext(
            "The mean change of those who sat both waves, on its 95%% interval. The link error of "
            "%(error)s points between the waves is in every interval once; it is one and the same "
            "for all regions, so a difference between two of them does not carry it.",
            error=f"{float(finding.definition['link_error']):.1f}",
        ),
        unit_label=gettext("Change, points of the own scale"),
        source=source_of(finding),
        as_of=finding.created_at.date(),
    )


def means_chart(cohorts: Cohorts, named: Named) -> Chart | None:
    """The means of the regions in the last wave."""
    wave = cohorts.waves[-1]
    estimates = cohorts.estimates("cohort_means")
    total = next((one for one in estimates if one.group == wave), None)
    head = wave + BESIDE
    groups = [
        replace(one, group=one.group.removeprefix(head))
        for one in estimates
        if one.group and one.group.startswith(head)
    ]
    if not groups:
        return None
    finding = cohorts.findings["cohort_means"]
    hidden = {
        named(code.removeprefix(head)): word
        for code, word in cohorts.withheld("cohort_means").items()
        if code.startswith(head)
    }
    return ranked_dots(
        groups,
        reference=replace(total, group=None) if total else None,
        suppressed=hidden,
        labels={code: named(code) for one in groups if (code := one.group)},
        title=gettext(
            "%(domain)s: mean by region, wave %(wave)s",
            domain=domain_name(cohorts.domain),
            wave=wave_name(wave),
        ),
        description=gettext(
            "Each dot is a region's mean, the line its 95% interval; n counts people."
        ),
        unit_label=gettext("Mean, points of the own scale"),
        source=source_of(finding),
        as_of=finding.created_at.date(),
    )
