"""What a route needs. Marked here, enforced by accounts: a route without a mark is refused."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

DECLARED = "edu-permissions"
View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """The kinds of thing a person may be allowed to do."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    READ_RECORDS = "read_records"
    WRITE_RECORDS = "write_records"
    DECIDE_ENROLLMENTS = "decide_enrollments"
    UNMASK_IIN = "unmask_iin"
    READ_FIGURES = "read_figures"
    WRITE_SCHOOLS = "write_schools"
    WRITE_PROGRAMS = "write_programs"
    WRITE_OFFERINGS = "write_offerings"
    DECIDE_FINDINGS = "decide_findings"
    READ_EXPORTS = "read_exports"
    REQUEST_EXPORT = "request_export"
    APPROVE_EXPORT = "approve_export"
    ADMINISTER = "administer"


def needs(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission it needs (innermost decorator)."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def declare(app: Flask, endpoint: str, permission: Permission) -> None:
    """Mark a view that a library made, by its endpoint."""
    app.extensions.setdefault(DECLARED, {})[endpoint] = permission


def permission_of(app: Flask, endpoint: str, method: str) -> Permission | None:
    """The mark of the view behind `endpoint`, None where nobody set one."""
    declared: dict[str, Permission] = app.extensions.get(DECLARED, {})
    if endpoint in declared:
        return declared[endpoint]
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        view = getattr(view_class, method.lower(), view)
    return getattr(view, "permission", None)
