"""Signing in, and the gate every request passes: who, may they, and within which scope."""

from typing import Any
from uuid import uuid4

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    request,
)
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    auth_required,
    current_user,
    url_for_security,
)
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from edu.accounts import audit
from edu.accounts.roles import may
from edu.accounts.scope import Scope, scope_of, use_scope
from edu.web.frame import sections_for
from edu.web.permission import Permission, declare, permission_of
from edu.web.problem import CODES, answer
from edu.web.transaction import is_api
from models import db
from models.accounts import Role, RoleName, User

security = Security()
csrf = CSRFProtect()
datastore = SQLAlchemyUserDatastore(db, User, Role)
OPEN_VIEWS = ("static", "security.login", "security.static", "bootstrap.static")
SIGNED_IN_VIEWS = ("security.logout", "security.verify")


def install(app: Flask) -> None:
    """Set up sessions, the sign-in page and the gate."""
    app.config.update(
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_VERIFY_URL="/verify",
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  the name of a method
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_CSRF_PROTECT_MECHANISMS=["session"],
        SECURITY_CSRF_COOKIE_NAME="XSRF-TOKEN",
        SECURITY_API_ENABLED_METHODS=["session", "token", "basic"],
        SECURITY_UNAUTHORIZED_VIEW=None,
        SECURITY_I18N_DIRNAME=["builtin", app.root_path + "/translations"],
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=3 * 3600,
    )
    csrf.init_app(app)
    security.init_app(app, datastore)
    security.unauthn_handler(refuse_stranger)
    security.render_json(answer_in_json)
    for endpoint in OPEN_VIEWS:
        if endpoint in app.view_functions:
            declare(app, endpoint, Permission.PUBLIC)
    for endpoint in SIGNED_IN_VIEWS:
        declare(app, endpoint, Permission.SIGNED_IN)
    app.before_request(pass_gate)
    app.context_processor(who_looks)


def pass_gate() -> Response | None:
    """Let the request through with its scope, or refuse it."""
    if request.routing_exception is not None:  # absent, another method, or a missing slash
        return None
    endpoint = request.endpoint or ""
    permission = permission_of(current_app, endpoint, request.method)
    if permission is None:
        abort(403)
    audit.name_action(session(), f"{request.method} {endpoint}", uuid4().hex)
    if permission is Permission.PUBLIC:
        return None
    refused: Response | None = authenticated()
    if refused is not None:
        return refused
    g.scope = scope_of(session(), current_user)
    use_scope(session(), g.scope)
    if not g.scope.may(permission):
        abort(403)
    return None


@auth_required("session", "token", "basic", within=-1)
def authenticated() -> None:
    """Reached only by somebody who is signed in; checks the form's token for sessions."""


def refuse_stranger(mechanisms: list[str] | None = None, headers: object = None) -> BaseResponse:
    """Send people to the sign-in page, and tell programs."""
    if is_api():
        abort(401)
    return redirect(url_for_security("login", next=request.full_path.rstrip("?")))


def answer_in_json(
    payload: dict[str, Any], status: int, headers: Any = None, user: object = None
) -> Response:
    """What the sign-in library says in JSON; a refusal to the API as every other problem."""
    if is_api() and status >= 400:
        return answer(status, "csrf" if status == 400 else CODES.get(status, "bad_request"), {})
    body = jsonify(meta={"code": status}, response=payload)
    return make_response(body, status, headers or {})


def scope() -> Scope:
    """The scope of the present request."""
    return g.scope  # type: ignore[no-any-return]


def who_looks() -> dict[str, Any]:
    """What templates know of whoever looks at the page."""
    role = signed_in_role()
    tabs = sections_for(current_app, allowed) if role else []
    return {"may": allowed, "user_role": role, "sections": tabs}


def session() -> Session:
    """The database session of the present request."""
    return db.session()


def signed_in_role() -> RoleName | None:
    """The role of whoever looks at the page."""
    known = g.get("scope")
    if known is not None:
        return known.role  # type: ignore[no-any-return]
    return RoleName(current_user.roles[0].name) if current_user.is_authenticated else None


def allowed(permission: Permission | str) -> bool:
    """Whether whoever looks at the page has the permission."""
    role = signed_in_role()
    return role is not None and may(role, Permission(permission))
