"""The features' jobs: importing a module declares its jobs."""

from edu.export import jobs as export
from edu.jobs import JOBS
from edu.scoring import jobs as scoring

DECLARED_IN = (export, scoring)

__all__ = ["DECLARED_IN", "JOBS"]
