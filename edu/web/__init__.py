"""The HTTP contract: permissions, errors, lists, languages, the frame around pages."""

from edu.web import validation

# Before any schema is made: a field keeps the messages it finds when its class body runs.
validation.install()
