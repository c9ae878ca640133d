"""The figures known today, with source and status, brought into the database."""

from collections.abc import Iterator

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from edu.registry.reference import read
from models.pisa import LinkedQuantity, Product, SurveyLinkError, SurveyMean


def load_pisa(session: Session) -> None:
    """Insert the figures that come with the project; one that is there stays as it is."""
    for values in (*kazakhstan(), *others()):
        statement = insert(SurveyMean).values(product=Product.PISA, **values)
        session.execute(statement.on_conflict_do_nothing())
    for row in read("pisa_link_errors"):
        link = insert(SurveyLinkError).values(
            domain=row["domain"],
            quantity=LinkedQuantity.MEAN,
            from_cycle=int(row["from_cycle"]),
            to_cycle=int(row["to_cycle"]),
            error=float(row["link_error"]),
            source=row["source"],
            status=row["status"],
        )
        session.execute(link.on_conflict_do_nothing())
    session.expire_all()


def kazakhstan() -> Iterator[dict[str, object]]:
    """The national series."""
    for row in read("pisa_kazakhstan"):
        share = row["level2plus"]
        yield {
            **published(row),
            "level2plus": float(share) / 100 if share else None,
            "rank_low": int(row["rank_low"]) if row["rank_low"] else None,
            "rank_high": int(row["rank_high"]) if row["rank_high"] else None,
            "comparable": row["comparable"] == "1",
        }


def others() -> Iterator[dict[str, object]]:
    """Those that Kazakhstan is compared with."""
    for row in read("pisa_country_means"):
        yield {**published(row), "name": row["name"], "grouping": row["group"]}


def published(row: dict[str, str]) -> dict[str, object]:
    """What both files say of a mean."""
    return {
        "cycle": int(row["cycle"]),
        "economy": row["economy"],
        "domain": row["domain"],
        "mean": float(row["mean"]),
        "se": float(row["se"]),
        "source": row["source"],
        "status": row["status"],
    }
