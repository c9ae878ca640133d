"""Brings the template `charts/figure.html`; charts have no page of their own."""

from flask import Blueprint, Flask


def install(app: Flask) -> None:
    """Let every page use the figure."""
    app.register_blueprint(Blueprint("charts", __name__, template_folder="templates"))
