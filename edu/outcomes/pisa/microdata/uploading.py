"""A pupil file that comes over a page: on the disk only while it is summarized."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from edu.accounts.roles import Permission
from edu.accounts.scope import Scope
from edu.intake import FileRefused, ImportCount
from edu.outcomes.pisa.microdata.importer import Survey, import_microdata
from edu.outcomes.pisa.microdata.reading import open_files
from edu.registry.presentation import Brought
from edu.web.messages import sentence
from edu.web.problem import row_error
from ml.errors import StatisticsError
from models.errors import Refusal
from models.pisa import FIRST_CYCLE, LAST_CYCLE, Product, Standing


def bring_pupils(session: Session, scope: Scope) -> Brought:
    """Summarize the posted pupil file; what it refuses is shown, not raised."""
    scope.require(Permission.DECIDE_FINDINGS)
    upload = request.files.get("file") or FileStorage(filename="")
    name = Path(upload.filename or "").name
    try:
        return Brought(name, summarized(session, scope, upload, survey_told()), ())
    except FileRefused as refused:
        return Brought(name, None, [row_error(error) for error in refused.errors])
    except (Refusal, StatisticsError) as refused:
        flash(sentence(refused.code, dict(refused.parameters)), "bad")
        return Brought(name, None, ())


def summarized(session: Session, scope: Scope, upload: FileStorage, survey: Survey) -> ImportCount:
    """The count of summaries; the files themselves are gone afterwards."""
    if not upload.filename:
        raise Refusal("no_file_chosen")
    schools = request.files.get("schools")
    with TemporaryDirectory() as folder:
        path = saved(upload, Path(folder, "pupils"))
        beside = saved(schools, Path(folder, "schools")) if schools and schools.filename else None
        return import_microdata(session, scope, open_files(path, beside), survey=survey)


def saved(upload: FileStorage, folder: Path) -> Path:
    """Where an upload lies for as long as it is read; by the folder's name where its own is none
    that a disk takes."""
    folder.mkdir()
    plain = Path(upload.filename or "").name
    path = folder / (secure_filename(plain) or f"{folder.name}{Path(plain).suffix}")
    upload.save(path)
    return path


def survey_told() -> Survey:
    """What the form says of the file. Refuses unknown_product, cycle_unreadable."""
    given = {name: request.form.get(name, "").strip() for name in ("cycle", "product", "source")}
    if given["product"] not in set(Product):
        raise Refusal("unknown_product", found=given["product"], expected=list(Product))
    return Survey(
        cycle=cycle_told(given["cycle"]),
        economy=request.form.get("economy", "").strip().upper() or None,
        product=Product(given["product"]),
        source=given["source"] or None,
        status=Standing.VERIFIED if request.form.get("verified") else Standing.UNVERIFIED,
    )


def cycle_told(text: str) -> int | None:
    """The year; None where the file itself says it. Refuses cycle_unreadable."""
    if not text:
        return None
    if not text.isdecimal() or not FIRST_CYCLE <= int(text) <= LAST_CYCLE:
        raise Refusal("cycle_unreadable", found=text)
    return int(text)
