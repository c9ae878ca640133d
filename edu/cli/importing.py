"""`edu import`: bring in a file as the system."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edu.cli.output import Answer, answers, where

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from edu.intake import ImportCount, IncomingFile


@dataclass(frozen=True)
class Kind:
    """A kind of file: its importer, and which of `vault`, `mapping`, `survey` that takes by name.

    `then` is called once the file is in, with its mapping; it tells more of the answer. `reader`
    opens the file from its path, and from that of the schools where there is one.
    """

    importer: str
    takes: tuple[str, ...] = ()
    then: str | None = None
    reader: str = "edu.cli.importing:read"


KINDS = {
    "enrollments": Kind("edu.enrollment.importer:import_enrollments", ("vault",)),
    "people": Kind("edu.registry.people_importer:import_people", ("vault",)),
    "pisa-concordance": Kind("edu.outcomes.pisa.cohorts.concordance_importer:import_concordance"),
    "pisa-items": Kind("edu.outcomes.pisa.published.items_importer:import_items"),
    "pisa-link-errors": Kind("edu.outcomes.pisa.published.links_importer:import_link_errors"),
    "pisa-means": Kind("edu.outcomes.pisa.published.means_importer:import_means"),
    "pisa-microdata": Kind(
        "edu.outcomes.pisa.microdata.importer:import_microdata",
        ("survey",),
        reader="edu.outcomes.pisa.microdata.reading:open_files",
    ),
    "responses": Kind(
        "edu.assessment.importer:import_responses",
        ("mapping", "vault"),
        "edu.cli.scoring:score_sample",
    ),
    "schools": Kind("edu.registry.schools_importer:import_schools"),
}
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("path", metavar="FILE", type=EXISTING)
@click.option("--mapping", type=EXISTING, help="JSON that says how to read a file of responses.")
@click.option("--cycle", type=int, help="Of pupils: the year, where the file does not say it.")
@click.option("--economy", help="Of pupils: whose they are, where the file does not say it.")
@click.option("--product", help="Of pupils: pisa (the default), pisa_for_schools, modo.")
@click.option("--schools", type=EXISTING, help="Of pupils: the file of their schools.")
@click.option("--source", help="Of pupils: where the file was taken from.")
@click.option("--verified", is_flag=True, help="Of pupils: compared with that source.")
@answers
def import_file(kind: str, path: Path, mapping: Path | None, **survey: Any) -> Answer:
    """Bring in a file: all of it, or nothing and every error it has."""
    if ("mapping" in KINDS[kind].takes) != (mapping is not None):
        needed = "needs" if mapping is None else "takes no"
        raise click.UsageError(f"import {kind} {needed} --mapping")
    told = {name: value for name, value in survey.items() if value not in (None, False)}
    if told and "survey" not in KINDS[kind].takes:
        raise click.UsageError(f"import {kind} takes no --{next(iter(told))}")
    from edu.cli.application import as_system
    from models.errors import Refusal

    with as_system() as session:
        try:
            count = bring(session, kind, path, mapping, told)
            more = follow_up(session, kind, mapping, count)
        except Refusal as refusal:
            session.rollback()
            return refused(path, refusal)
        return done(path, count, *more)


def bring(
    session: "Session", kind: str, path: Path, mapping: Path | None, survey: Mapping[str, Any]
) -> "ImportCount":
    """Read the file and hand it to its importer."""
    from edu.accounts.audit import name_action
    from edu.accounts.scope import system_scope
    from edu.registry.keyring import vault

    name_action(session, f"import {kind}")
    load_reference_once(session)
    extras: Mapping[str, Callable[[], Any]] = {
        "vault": vault,
        "mapping": lambda: read(mapping) if mapping else None,
        "survey": lambda: survey_told(survey),
    }
    importer, reader = named(KINDS[kind].importer), named(KINDS[kind].reader)
    own = {extra: extras[extra]() for extra in KINDS[kind].takes}
    paths = [path, survey["schools"]] if "schools" in survey else [path]
    count: ImportCount = importer(session, system_scope(), reader(*paths), **own)
    return count


def survey_told(told: Mapping[str, Any]) -> Any:
    """Of what survey the pupils are; refuses an unknown product."""
    from edu.outcomes.pisa.microdata.importer import Survey
    from models.errors import Refusal
    from models.pisa import Product, Standing

    product = told.get("product", Product.PISA)
    if product not in list(Product):
        raise Refusal("unknown_product", found=product, expected=", ".join(Product))
    status = Standing.VERIFIED if told.get("verified") else Standing.UNVERIFIED
    economy = str(told.get("economy", "")).upper() or None
    return Survey(told.get("cycle"), economy, Product(product), told.get("source"), status)


def follow_up(
    session: "Session", kind: str, mapping: Path | None, count: "ImportCount"
) -> tuple[Mapping[str, Any], str]:
    """What follows at once from a file that is in: more for the answer, and the same in words."""
    then = KINDS[kind].then
    if then is None or mapping is None:
        return {}, ""
    more: tuple[Mapping[str, Any], str] = named(then)(session, read(mapping), count)
    return more


def named(place: str) -> Any:
    """What stands at `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def read(path: Path) -> "IncomingFile":
    """A file from the disk."""
    from edu.intake import IncomingFile

    return IncomingFile(path.name, path.read_bytes())


def load_reference_once(session: "Session") -> None:
    """Regions, languages and roles, which every file refers to, where nobody loaded them yet."""
    from sqlalchemy import select

    from edu.registry.reference import load_reference
    from models.places import Region

    if session.scalar(select(Region.id).limit(1)) is None:
        load_reference(session)


def done(path: Path, count: "ImportCount", more: Mapping[str, Any], said: str) -> Answer:
    """What was brought in, and what followed."""
    from flask_babel import gettext

    words = gettext(
        "%(file)s: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, "
        "%(conflicts)s in conflict.",
        file=path.name,
        **count.as_dict(),
    )
    text = "\n".join(filter(None, [str(words), said]))
    return Answer({**count.as_dict(), "errors": [], **more}, text)


def refused(path: Path, refusal: Any) -> Answer:
    """Why nothing was brought in: every error of the file, or the one thing that forbids it."""
    from edu.web.messages import sentence

    parameters = refusal.parameters
    whole = {name: str(parameters.get(name, "")) for name in ("found", "expected")}
    place = {"file": path.name, "line": None, "column": None, "code": refusal.code}
    errors: Sequence[Mapping[str, Any]] = getattr(refusal, "errors", ()) or ({**place, **whole},)
    lines = [
        f"{where(error)}: {sentence(error['code'], {**parameters, **error})}" for error in errors
    ]
    nothing = {"new": 0, "changed": 0, "unchanged": 0, "conflicts": 0}
    text = "\n".join([*lines, sentence(refusal.code, parameters)] if len(lines) > 1 else lines)
    return Answer({**nothing, "errors": list(errors)}, text, ok=False)
