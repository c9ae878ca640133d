"""A file of a release on its way to whoever asked for it."""

from flask import Response, send_file

from edu.export import storage
from models.errors import NotFound
from models.releases import ReleaseFile


def as_download(file: ReleaseFile) -> Response:
    """The file from the disk, block by block, to be saved and not shown."""
    path = storage.path_of(file.request_id, file.name)
    if not path.is_file():
        raise NotFound("not_found")
    response = send_file(
        path,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=f"release-{file.request_id}-{file.name}",
        etag=file.sha256,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
