"""The frame around every page: sections by permission, formats, and what templates may call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import (
    LazyString,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    get_locale,
)

from edu.web import language
from edu.web.labels import label, wave_name
from edu.web.messages import sentence
from edu.web.numbers import true_minus
from edu.web.permission import Permission

EXTENSION = "edu-sections"


@dataclass(frozen=True)
class Section:
    """A tab of the frame, shown to those whose role has `permission`."""

    endpoint: str
    label: LazyString
    permission: Permission


def install(app: Flask) -> None:
    """Give the templates what every page needs."""
    app.extensions[EXTENSION] = []
    app.jinja_env.filters.update(
        label=label,
        wave=wave_name,
        number=format_number,
        share=format_share,
        day=show_day,
        moment=lambda value: format_datetime(value, "medium") if value else "–",
        explained=lambda failure: sentence(failure["code"], failure["parameters"]),
        named=lambda thing: thing.name(language.language()),
    )
    app.context_processor(frame_context)


def format_number(value: float | None, digits: int = 0) -> str:
    """A number in the reader's notation; a dash where there is none."""
    if value is None:
        return "–"
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return true_minus(str(format_decimal(value, pattern)))


def format_share(value: float, digits: int = 0) -> str:
    """A share from 0 to 1 in percent, as the reader's language writes it."""
    pattern: str = get_locale().percent_formats[None].pattern
    decimals = "#,##0." + "0" * digits if digits else "#,##0"
    return true_minus(str(format_percent(value, pattern.replace("#,##0", decimals))))


def show_day(value: Any) -> str:
    """A date as the language writes it; a dash where there is none."""
    if not value:
        return "–"
    pattern = "d MMM yyyy" if language.language() == "en" else "dd.MM.yyyy"
    return str(format_date(value, pattern))


def add_section(app: Flask, section: Section) -> None:
    """Add a tab; features call this in flow order."""
    app.extensions[EXTENSION].append(section)


def frame_context() -> dict[str, Any]:
    """Names every template knows."""
    return {
        "languages": language.LANGUAGES,
        "language_names": language.SHORT_NAMES,
        "language": language.language(),
        "theme": language.theme(),
        "here": request.full_path.rstrip("?"),
        "page_address": page_address,
    }


def sections_for(app: Flask, allowed: Callable[[Permission], bool]) -> list[Section]:
    """The tabs of somebody who may do what `allowed` says."""
    return [section for section in app.extensions[EXTENSION] if allowed(section.permission)]


def page_address(**changes: Any) -> str:
    """This page's address with some of its query changed; None removes a part."""
    query = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return url_for(request.endpoint or "home", **(request.view_args or {}), **kept)
