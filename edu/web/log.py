"""One line of JSON for each event, on standard error: a trace never shows the values it held."""

import sys

import structlog


def install() -> None:
    """Replace the library's own format, which prints local variables, hence personal data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        # Looked up for each logger: standard error may be another by then.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
