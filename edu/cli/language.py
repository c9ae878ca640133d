"""The command line speaks the language of the shell it is called from."""

import contextlib
import os
from collections.abc import Iterator, Mapping

from flask import Flask
from flask_babel import Babel

from edu.config import PROJECT
from edu.web import messages
from edu.web.language import LANGUAGES

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language(environ: Mapping[str, str] | None = None) -> str:
    """kk, ru or en, as the shell says; en otherwise."""
    environ = os.environ if environ is None else environ
    for name in VARIABLES:
        if environ.get(name):
            found = environ[name][:2].lower()
            return found if found in LANGUAGES else "en"
    return "en"


def sentence(code: str, parameters: Mapping[str, object]) -> str:
    """The sentence behind an error code, with or without a running application."""
    with speaking():
        return messages.sentence(code, parameters)


@contextlib.contextmanager
def speaking() -> Iterator[None]:
    """Where texts are translated although there is no application."""
    speaker = Flask("edu.cli")
    Babel(
        speaker,
        default_locale=language(),
        default_translation_directories=str(PROJECT / "edu" / "translations"),
    )
    with speaker.app_context():
        yield
