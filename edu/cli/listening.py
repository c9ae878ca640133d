"""The port: taken before anything else starts, and handed to gunicorn as it is."""

import contextlib
import errno
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

from models.errors import Refusal

BACKLOG = 1024
TRIES = 100


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens at `port`, so that no one else can take it while we start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise _refusal(error, host, port) from error
        yield listener


def answers(url: str) -> bool:
    """Whether a GET of `url` succeeds right now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  (our own address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _refusal(error: OSError, host: str, port: int) -> Refusal:
    if error.errno == errno.EADDRINUSE:
        return Refusal("port_taken", port=str(port), free=str(_free(host, port)))
    return Refusal("port_forbidden", port=str(port), reason=error.strerror)


def _free(host: str, taken: int) -> int:
    """A port close by that could be had instead."""
    for port in range(taken + 1, min(taken + TRIES, 65536)):
        with contextlib.suppress(Refusal), listening(host, port):
            return port
    return 8123
