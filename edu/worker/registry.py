"""The features' jobs: importing a module declares its jobs."""

from edu.jobs import JOBS

__all__ = ["JOBS"]
