"""The place in a list, as an opaque word in the address."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Any

from models.errors import Refusal

MAX_LENGTH = 2000


def encode(key: Sequence[Any] | None) -> str | None:
    """The cursor that continues after `key`; None at the end of the list."""
    if key is None:
        return None
    text = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The key in a cursor whose parts are of `kinds`; raises Refusal("bad_cursor")."""
    if not cursor:
        return None
    if len(cursor) > MAX_LENGTH:
        raise Refusal("bad_cursor")
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = json.loads(text)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Refusal("bad_cursor") from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise Refusal("bad_cursor")
    if any(not is_storable(part) for part in key):
        raise Refusal("bad_cursor")
    return tuple(key)


def is_storable(part: Any) -> bool:
    """Whether PostgreSQL can hold and order the value: no NUL, no lone surrogate, no NaN, and no
    huge integer."""
    if isinstance(part, str):
        return "\x00" not in part and part.isprintable()
    if isinstance(part, float):
        return math.isfinite(part)
    return not isinstance(part, int) or abs(part) < 2**63
