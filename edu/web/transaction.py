"""The edge commits: once per request, after the view has answered without an error."""

from flask import Flask, Response, request

from models import db


def install(app: Flask) -> None:
    """End every request's transaction: commit an answer below 400, undo anything else."""
    app.after_request(end_transaction)


def end_transaction(response: Response) -> Response:
    """Commit or roll back before the answer leaves, so that a 2xx means it is kept."""
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def is_api() -> bool:
    """Whether the caller expects JSON rather than a page."""
    return request.path.startswith("/api/")
