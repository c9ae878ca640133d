"""The features' jobs: importing a module declares its jobs."""

from edu.export import jobs as export
from edu.jobs import JOBS
from edu.outcomes import jobs as outcomes
from edu.outcomes.analyses import jobs as analyses
from edu.outcomes.pisa.cohorts import jobs as pisa
from edu.outcomes.risk import jobs as risk
from edu.scoring import jobs as scoring

DECLARED_IN = (analyses, export, outcomes, pisa, risk, scoring)

__all__ = ["DECLARED_IN", "JOBS"]
