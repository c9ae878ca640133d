"""What the homes and the program page show: one frozen thing for each template."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from edu.accounts.scope import Scope
from edu.charts import Chart, Count, count_bars
from edu.dashboard import queries
from edu.dashboard.queries import ProgramLine
from edu.enrollment.counts import program_counts
from edu.outcomes.analyses.presentation import Line, listed
from edu.outcomes.groupings import Grouping
from edu.outcomes.presentation import finding_chart, program_gains, read_back
from edu.outcomes.queries import program_findings
from edu.web.labels import label
from ml.estimate import Estimate
from models.accounts import RoleName
from models.enrollments import EnrollmentStatus
from models.outcomes import Finding
from models.programs import Initiative, Program
from models.releases import ExportRequest


@dataclass(frozen=True)
class Home:
    """A template and what it shows."""

    template: str
    content: object


@dataclass(frozen=True)
class ManagerHome:
    """The portfolio: initiatives, their programs, and what the programs gained."""

    initiatives: Sequence[Initiative]
    lines: dict[int, ProgramLine]
    gains: Chart | None

    @property
    def seats_taken(self) -> int:
        """Enrolled and completed in all programs whose number may be shown."""
        return sum(line.seats.taken or 0 for line in self.lines.values())

    @property
    def open_offerings(self) -> int:
        """Offerings that take people now."""
        return sum(line.open_offerings for line in self.lines.values())


@dataclass(frozen=True)
class ResearcherHome:
    """The researcher's own requests, and what the programs gained."""

    requests: Sequence[ExportRequest]
    gains: Chart | None


@dataclass(frozen=True)
class ProgramPage:
    """One program: its seats, its enrollments by state, its gains."""

    program: Program
    line: ProgramLine
    states: Chart | None
    total: Estimate | None
    gains: dict[str, Chart]
    finding: Finding | None
    analyses: list[Line]


def home(session: Session, scope: Scope) -> Home:
    """The home of the reader's role; roles without one of their own get a list."""
    if scope.role is RoleName.SCHOOL_ADMINISTRATOR:
        return Home("school", queries.school_home(session, scope))
    if scope.role in (RoleName.PROGRAM_MANAGER, RoleName.HEADQUARTERS_VIEWER):
        return Home("manager", manager_home(session, scope))
    if scope.role is RoleName.RESEARCHER:
        return Home("researcher", researcher_home(session, scope))
    return Home("list", None)


def manager_home(session: Session, scope: Scope) -> ManagerHome:
    """What a manager sees first."""
    return ManagerHome(
        initiatives=queries.initiatives(session),
        lines=queries.program_lines(session),
        gains=program_gains(session, scope),
    )


def researcher_home(session: Session, scope: Scope) -> ResearcherHome:
    """What a researcher sees first."""
    return ResearcherHome(queries.own_requests(session, scope), program_gains(session, scope))


def program_page(session: Session, scope: Scope, *, program_id: int) -> ProgramPage:
    """What the page of a program shows."""
    program = queries.program(session, program_id)
    found = program_findings(session, scope, program_id=program_id)
    newest = found.get("") or found.get(Grouping.REGION)
    return ProgramPage(
        program=program,
        line=queries.program_line(session, program_id),
        states=states_chart(session, scope, program_id),
        total=read_back(newest).total if newest else None,
        gains=gain_charts(session, found),
        finding=newest,
        analyses=list(listed(session, scope, program_id=program_id).items),
    )


def gain_charts(session: Session, found: dict[str, Finding]) -> dict[str, Chart]:
    """A chart for each grouping that was estimated; of everybody where there is no other."""
    groupings = [grouping.value for grouping in Grouping]
    shown = [name for name in groupings if name in found and found[name].estimates]
    return {name: finding_chart(session, found[name]) for name in shown or found.keys() & {""}}


def states_chart(session: Session, scope: Scope, program_id: int) -> Chart | None:
    """Enrollments by state as bars; cells that are too small carry a word, not a number."""
    shown = program_counts(session, scope, program_id=program_id).counts
    if not any(count != 0 for count in shown.values()):
        return None
    return count_bars(
        [Count(label(status), shown[status]) for status in EnrollmentStatus if status in shown],
        title=gettext("Enrollment by state"),
        description=gettext("How many enrollments are in each state now."),
        unit_label=gettext("Enrollments"),
    )
