"""Errors as problem+json (RFC 9457) for programs and as a page for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from flask import Flask, Response, json, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from edu.web.messages import sentence
from edu.web.transaction import is_api
from ml.errors import StatisticsError
from models.errors import Refusal

CODES = {
    400: "bad_request",
    401: "sign_in_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid_fields",
    428: "precondition_required",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}
log = structlog.get_logger()


def install(app: Flask) -> None:
    """Answer every error in the caller's language and form."""
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(StatisticsError, answer_statistics_error)
    app.register_error_handler(CSRFError, answer_csrf_error)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_unexpected)


def answer_refusal(error: Refusal) -> Response:
    """A rule of the domain said no."""
    found: Sequence[Mapping[str, Any]] = getattr(error, "errors", ())
    errors = [row_error(row) for row in found]
    return answer(error.status, error.code, error.parameters, errors)


def answer_statistics_error(error: StatisticsError) -> Response:
    """The data do not carry the number that was asked for."""
    return answer(422, error.code, error.parameters)


def answer_csrf_error(error: CSRFError) -> Response:
    """The token of the form is missing or too old."""
    return answer(400, "csrf", {})


def answer_http_exception(error: HTTPException) -> Response:
    """What Flask, its extensions or the argument parser refused."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    errors = field_errors(data.get("messages") or data.get("errors") or {})
    response = answer(status, CODES.get(status, "bad_request"), {}, errors)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def answer_unexpected(error: Exception) -> Response:
    """A fault of ours: logged with its trace, shown without it."""
    log.exception("unexpected", path=request.path, method=request.method)
    return answer(500, "internal", {})


def answer(
    status: int,
    code: str,
    parameters: Mapping[str, object],
    errors: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """The error in the form the caller reads."""
    detail = sentence(code, parameters)
    if not is_api():
        page = render_template("error.html", status=status, detail=detail, errors=errors)
        return Response(page, status=status, mimetype="text/html")
    body: dict[str, Any] = {"type": "about:blank", "title": detail, "status": status, "code": code}
    if parameters:
        body["parameters"] = {name: plain(value) for name, value in parameters.items()}
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body), status=status, mimetype="application/problem+json")


def row_error(row: Mapping[str, Any]) -> dict[str, Any]:
    """An error of one cell, with the sentence that says how to mend it."""
    shown = {name: plain(value) for name, value in row.items()}
    return {**shown, "message": sentence(row["code"], row)}


def field_errors(messages: Any, path: str = "") -> list[dict[str, Any]]:
    """Marshmallow's tree of messages as a flat list of field and message."""
    if isinstance(messages, Mapping):
        parts = ((f"{path}.{key}" if path else str(key), value) for key, value in messages.items())
        return [error for key, value in parts for error in field_errors(value, key)]
    texts = messages if isinstance(messages, list) else [messages]
    return [{"field": path, "message": str(text)} for text in texts]


def plain(value: object) -> object:
    """A parameter as JSON holds it."""
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
