"""Cards as pages show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.charts import Chart, file_addresses
from edu.outcomes.checks import ShownCheck
from edu.outcomes.presentation import group_names
from edu.outcomes.risk import pictures, queries, words
from edu.registry.groups import GROUPING_NAMES
from edu.web.frame import format_number, format_share
from ml.estimate import Estimate
from models.errors import NotFound
from models.keyset import read_one
from models.programs import Program
from models.risk import RiskModel


@dataclass(frozen=True)
class ShownGroups:
    """One grouping: for each group the share that left, and of those who left and those who stayed
    the share looked at first; `withheld` are the names of the groups too small for that."""

    name: str
    grouping: str
    rows: Sequence[tuple[str, Sequence[Estimate | None]]]
    withheld: Sequence[str]


@dataclass(frozen=True)
class ShownCard:
    """What the page of a card shows; `model` None before the first."""

    program: Program
    model: RiskModel | None
    failure: Mapping[str, Any] | None
    headline: str = ""
    standing: str = ""
    advises: bool = False
    figures: Mapping[str, Estimate] | None = None
    checks: Sequence[ShownCheck] = ()
    charts: Mapping[str, Chart] | None = None
    groups: Sequence[ShownGroups] = ()
    used: Sequence[str] = ()
    unused: Sequence[str] = ()

    @property
    def files(self) -> dict[str, dict[str, str]]:
        """The addresses of each picture as a file, by kind."""
        address = partial(url_for, "risk.file", program_id=self.program.id)
        return file_addresses(self.charts or (), address)


@dataclass(frozen=True)
class Line:
    """A program in the list of cards."""

    program: Program
    model: RiskModel | None
    failure: Mapping[str, Any] | None
    headline: str


def listed(session: Session, scope: Scope) -> list[Line]:
    """Every program of which something was tried to be learned."""
    models = {model.program_id: model for model in queries.models(session, scope)}
    return [
        Line(one.program, model, one.failure, headline(model) if model else "")
        for one in queries.attempts(session, scope)
        for model in [models.get(one.program_id)]
    ]


def show_card(session: Session, scope: Scope, *, program_id: int) -> ShownCard:
    """The card of a program, and why the newest attempt failed, if it did."""
    scope.require(Permission.READ_FIGURES)
    program = read_one(session, Program, program_id)
    attempt = queries.latest_attempt(session, program_id=program_id)
    model = queries.latest_model(session, program_id=program_id)
    failure = attempt.failure if attempt else None
    if model is None:
        return ShownCard(program, None, failure)
    kept = model.card or {}
    return ShownCard(
        program=program,
        model=model,
        failure=failure,
        headline=headline(model),
        standing=standing(kept),
        advises=kept["advises"],
        figures=figures(kept),
        checks=[shown_check(check) for check in kept["checks"]],
        charts=pictures.charts(session, model),
        groups=[shown_groups(session, one) for one in kept["fairness"]],
        used=[str(words.FEATURES.get(name, name)) for name in (model.fitted or {})["names"]],
        unused=[str(words.FEATURES.get(name, name)) for name in kept["unused"]],
    )


def headline(model: RiskModel) -> str:
    """What happened in the past, and how well it could be foretold: one sentence."""
    kept = figures(model.card or {})
    left, auc = kept["left"], kept["auc"]
    return str(
        gettext(
            "%(left)s of those who began did not complete (95%% interval %(low)s to %(high)s;"
            " %(n)s people in %(schools)s schools). Of two people, one who left and one who stayed,"
            " the formula sees the former more at risk %(auc)s of the time (%(auc_low)s to"
            " %(auc_high)s); a coin would %(coin)s.",
            left=format_share(left.value, 1),
            low=format_share(left.interval[0], 1),
            high=format_share(left.interval[1], 1),
            n=format_number(left.n),
            schools=format_number(left.n_clusters),
            auc=format_share(auc.value),
            auc_low=format_share(auc.interval[0]),
            auc_high=format_share(auc.interval[1]),
            coin=format_share(0.5),
        )
    )


def standing(kept: Mapping[str, Any]) -> str:
    """Whether schools are advised."""
    if not kept["advises"]:
        return str(gettext("No advice is given: it would not be worth following."))
    if words.misjudged(kept):
        return str(gettext("Schools are advised, and warned that one group is misjudged."))
    return str(gettext("Schools are advised. The advice decides nothing."))


def figures(kept: Mapping[str, Any]) -> dict[str, Estimate]:
    """The estimates of a card by name."""
    accuracy = kept["accuracy"]
    found = {name: accuracy[name] for name in ("auc", "explained", "left_above", "found")}
    found |= {"left": kept["left"], "slope": kept["calibration"]["slope"]}
    return {name: Estimate.from_dict(fields) for name, fields in found.items()}


def shown_check(check: Mapping[str, Any]) -> ShownCheck:
    """One check in words."""
    return ShownCheck(
        passed=check["passed"],
        name=str(words.CHECK_NAMES.get(check["name"], check["name"])),
        sentence=words.check_sentence(check),
        figures=words.check_figures(check),
    )


def shown_groups(session: Session, one: Mapping[str, Any]) -> ShownGroups:
    """The rates of one grouping's groups."""
    named = group_names(session, one["grouping"])
    rates = ("left", "found", "alarmed")
    return ShownGroups(
        name=str(GROUPING_NAMES[one["grouping"]]),
        grouping=one["grouping"],
        rows=[
            (
                named(row["group"]),
                [None if row[rate] is None else Estimate.from_dict(row[rate]) for rate in rates],
            )
            for row in one["rows"]
        ],
        withheld=[named(row["group"]) for row in one["suppressed"]],
    )


def chart(session: Session, scope: Scope, *, program_id: int, name: str) -> Chart:
    """One picture of a card, to take along."""
    found = pictures.charts(session, queries.card(session, scope, program_id=program_id))
    if name not in found:
        raise NotFound("not_found")
    return found[name]
