"""The shape of an upload and of its answer."""

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload

from edu.intake.files import IncomingFile


class UploadSchema(ma.Schema):
    """One file, in the field `file` of a multipart request.

    `@blueprint.arguments(UploadSchema, location="files")` gives the view an `IncomingFile`.
    """

    class Meta:
        unknown = ma.RAISE

    file = Upload(required=True, metadata={"description": "UTF-8, delimited by , or ;"})

    @ma.post_load
    def take(self, data: dict[str, Any], **_options: Any) -> IncomingFile:
        """The file as the importers take it."""
        upload = data["file"]
        return IncomingFile(upload.filename or "file.csv", upload.read())


class ImportCountSchema(ma.Schema):
    """How many records a file made, changed, found unchanged, or left in conflict."""

    new = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    unchanged = ma.fields.Integer(required=True)
    conflicts = ma.fields.Integer(required=True)
