"""A real worker with one job more: it makes a district, and can be held in the middle.

    python -m tests.edu.counting_worker HOME DATABASE_URL [hold|deaf]

`hold` keeps the job in the middle until the worker is to stop; `deaf` keeps it there for good.
"""

import sys
import time
from pathlib import Path

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from edu.config import Settings
from edu.jobs import Progress, job
from edu.worker import process
from models.places import District, Region

NAME = "make_district"
HALF = "half"
held: list[str] = []


@job(NAME, title=lazy_gettext("Counting"))
def make_district(session: Session, record_id: int, progress: Progress) -> None:
    region = session.scalars(select(Region).order_by(Region.code)).first()
    name = f"{record_id}"
    session.add(District(region_id=region.id, name_kk=name, name_ru=name, name_en=name))
    session.flush()
    progress.at(HALF, 1, 2)
    while held:
        if held == ["hold"]:
            progress.at(HALF, 1, 2)
        time.sleep(0.05)


def main(home: str, database_url: str, wanted: str = "finish") -> None:
    held.extend([wanted] if wanted != "finish" else [])
    process.HEARTBEAT_SECONDS = 0.5
    process.STALLED_AFTER_SECONDS = 2.0
    process.OPTIONS["update_heartbeat_interval"] = 0.5
    process.OPTIONS["stalled_worker_timeout"] = 2.0
    settings = Settings(
        home=Path(home), database_url=None, database_owner_url=None, key_file=Path(home) / "keys"
    )
    process.work(process.create_worker_app(settings, database_url))


if __name__ == "__main__":
    main(*sys.argv[1:])
