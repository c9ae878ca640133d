"""Cards and lists as pages show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.charts import Chart
from edu.outcomes.checks import ShownCheck
from edu.outcomes.presentation import group_names
from edu.outcomes.risk import pictures, queries, words
from edu.registry.groups import GROUPING_NAMES
from edu.web import cursor
from edu.web.frame import format_number, format_share
from ml.estimate import Estimate
from models.errors import Conflict, NotFound
from models.keyset import read_one
from models.programs import Program
from models.risk import RiskModel

FILES = ("svg", "png", "csv", "json")
CHECK_NAMES = words.CHECK_NAMES


@dataclass(frozen=True)
class ShownGroups:
    """One grouping: for each group the share that left, and of those who left and those who stayed
    the share looked at first; `withheld` are the names of the groups too small for that."""

    name: str
    grouping: str
    rows: Sequence[tuple[str, Sequence[Estimate]]]
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
        return {
            name: {
                kind: url_for("risk.file", program_id=self.program.id, name=name, kind=kind)
                for kind in FILES
            }
            for name in self.charts or ()
        }


@dataclass(frozen=True)
class Line:
    """A program in the list of cards."""

    program: Program
    model: RiskModel | None
    failure: Mapping[str, Any] | None
    headline: str


@dataclass(frozen=True)
class ShownPerson:
    """Somebody on the list, in words."""

    advised: queries.Advised
    share: str
    interval: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class ShownAdvice:
    """The list of one's own people; `withheld` is why there is none."""

    program: Program
    programs: Sequence[Program]
    people: Sequence[ShownPerson] = ()
    headline: str = ""
    withheld: Mapping[str, Any] | None = None
    next: str | None = None
    misjudged: str = ""


def listed(session: Session, scope: Scope) -> list[Line]:
    """Every program of which something was tried to be learned."""
    lines = []
    for attempt in queries.attempts(session, scope):
        model = queries.latest_model(session, program_id=attempt.program_id)
        told = headline(model) if model else ""
        lines.append(Line(attempt.program, model, attempt.failure, told))
    return lines


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
            "%(left)s of those who began did not complete (95\u00a0%% interval %(low)s to %(high)s;"
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
    if misjudged(kept):
        return str(gettext("Schools are advised, and warned that one group is misjudged."))
    return str(gettext("Schools are advised. The advice decides nothing."))


def misjudged(kept: Mapping[str, Any]) -> str:
    """The sentence on unfairness, where there is any."""
    failed = [check for check in kept["checks"] if check["name"] == "fairness"]
    return words.check_sentence(failed[0]) if failed and not failed[0]["passed"] else ""


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
        name=str(CHECK_NAMES.get(check["name"], check["name"])),
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
            (named(row["group"]), [Estimate.from_dict(row[rate]) for rate in rates])
            for row in one["rows"]
        ],
        withheld=[named(row["group"]) for row in one["suppressed"]],
    )


def chart(session: Session, scope: Scope, *, program_id: int, name: str) -> Chart:
    """One picture of a card, to take along."""
    found = show_card(session, scope, program_id=program_id).charts or {}
    if name not in found:
        raise NotFound("not_found")
    return found[name]


def show_advice(session: Session, scope: Scope, *, program_id: int) -> ShownAdvice:
    """The caller's people in a program, or why there is no list."""
    programs = advised_programs(session)
    after = cursor.decode(request.args.get("cursor"), (float, int))
    try:
        found = queries.advice(session, scope, program_id=program_id, after=after)
    except Conflict as refusal:
        withheld = {"code": refusal.code, "parameters": refusal.parameters}
        return ShownAdvice(read_one(session, Program, program_id), programs, withheld=withheld)
    return ShownAdvice(
        program=found.program,
        programs=programs,
        people=[shown_person(one) for one in found.page.items],
        headline=list_headline(found),
        next=cursor.encode(found.page.next_key),
        misjudged=misjudged(found.model.card or {}),
    )


def advised_programs(session: Session) -> Sequence[Program]:
    """Programs of which something was learned."""
    known = select(RiskModel.program_id).where(RiskModel.fitted.is_not(None))
    return session.scalars(select(Program).where(Program.id.in_(known)).order_by(Program.id)).all()


def list_headline(found: queries.Advice) -> str:
    """How many are under way, and how many to look at first."""
    if not found.count:
        return str(gettext("Nobody of your schools takes part in this program at present."))
    return str(
        gettext(
            "%(count)s of your people take part; %(first)s of them had, when they began, a"
            " probability to leave as high as the highest fifth of those who took part before.",
            count=format_number(found.count),
            first=format_number(found.first),
        )
    )


def shown_person(one: queries.Advised) -> ShownPerson:
    """Somebody on the list, in words."""
    return ShownPerson(
        advised=one,
        share=format_share(one.probability),
        interval=str(
            gettext("%(low)s to %(high)s", low=format_share(one.low), high=format_share(one.high))
        ),
        reasons=[words.reason(reason.name, reason.above) for reason in one.reasons],
    )


def automated() -> str:
    """What must stand beside automated advice."""
    return str(
        gettext(
            "Automated advice. A formula made it from records; it decides nothing and is no reason"
            " to refuse anybody anything."
        )
    )
