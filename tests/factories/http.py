"""What a browser sends along with an unsafe request."""

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf


def csrf(client: FlaskClient) -> dict[str, str]:
    """The header that proves the request comes from a page of ours: `headers=csrf(client)`."""
    return {"X-CSRFToken": csrf_token(client)}


def csrf_token(client: FlaskClient) -> str:
    """The token that forms carry in the field `csrf_token`."""
    with client.application.test_request_context():
        from flask import session

        token = generate_csrf()
        raw = session["csrf_token"]
    with client.session_transaction() as cookie:
        known = cookie.get("csrf_token")
        if known is None:
            cookie["csrf_token"] = raw
            return token
    return sign(client, known)


def sign(client: FlaskClient, raw: str) -> str:
    """A token for the secret that the client's session holds already."""
    with client.application.test_request_context():
        from flask import session

        session["csrf_token"] = raw
        return generate_csrf()
