"""`python -m edu.worker`: do the queued jobs until told to stop. The database must be running."""

from edu import database
from edu.config import Settings
from edu.web import log
from edu.worker.process import create_worker_app, work


def main() -> None:
    """Work on the database that the environment names."""
    log.install()
    settings = Settings.from_environ()
    work(create_worker_app(settings, database.urls(settings).application))


if __name__ == "__main__":
    main()
