from flask import Flask

from edu.worker.process import work


def do_jobs(app: Flask) -> None:
    """Do everything that is queued, in this process, as the worker would."""
    work(app, wait=False)
