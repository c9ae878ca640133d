"""Which of the three languages to speak: chosen, else the user's, else the browser's."""

from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, redirect, request
from flask_babel import Babel, get_locale
from flask_security import current_user
from werkzeug.wrappers import Response

from edu.web.permission import Permission, needs

LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
SHORT_NAMES = {"kk": "қаз", "ru": "рус", "en": "eng"}
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600

preferences = Blueprint("preferences", __name__)
babel = Babel()


def install(app: Flask) -> None:
    """Set up translation and the two switches."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "kk")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel.init_app(app, locale_selector=chosen_language)
    app.register_blueprint(preferences)


def chosen_language() -> str:
    """kk, ru or en for the present request."""
    cookie = request.cookies.get("language")
    if cookie in LANGUAGES:
        return cookie
    saved = getattr(current_user, "language", None) if not is_public_asset() else None
    if saved in LANGUAGES:
        return str(saved)
    return request.accept_languages.best_match(list(LANGUAGES), default="kk") or "kk"


def is_public_asset() -> bool:
    """Assets need no user."""
    return request.endpoint == "static"


def language() -> str:
    """The language of the present answer; English where there is no request."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"


def theme() -> str:
    """auto, light or dark, as remembered."""
    cookie = request.cookies.get("theme")
    return cookie if cookie in THEMES else "auto"


@preferences.get("/language/<code>")
@needs(Permission.PUBLIC)
def choose_language(code: str) -> Response:
    """Remember the language and go back."""
    return remember("language", code, LANGUAGES)


@preferences.get("/theme/<code>")
@needs(Permission.PUBLIC)
def choose_theme(code: str) -> Response:
    """Remember light, dark or the system's choice and go back."""
    return remember("theme", code, THEMES)


def remember(name: str, value: str, allowed: object) -> Response:
    """Keep a preference for a year in a cookie that says nothing else."""
    if value not in allowed:  # type: ignore[operator]
        abort(404)
    response = redirect(own_path(request.args.get("next", "/")))
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure)
    return response


def own_path(target: str) -> str:
    """The path and query of `target` within this service; anything else becomes the home page."""
    parts = urlsplit(target.replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path[1:2] == "/":
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
