"""Text as the database keeps it: one spelling of each letter, nothing invisible."""

import unicodedata

from models.errors import Refusal

LINE_SIGNS = frozenset("\t\n\r")


def clean_text(text: str) -> str:
    """`text` composed (NFC), without invisible signs and outer spaces, inner spaces made one.

    Marks of writing direction, byte order marks, soft hyphens and other format signs are
    dropped. Raises Refusal("unstorable_text") for control signs, lone surrogates and
    private or unassigned code points, which no form or file of ours should hold.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(kept for sign in text if (kept := _kept(sign)))
    return " ".join(text.split())


def _kept(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    if sign in LINE_SIGNS or category in ("Zs", "Zl", "Zp"):
        return " "
    if category[0] == "C":
        raise Refusal("unstorable_text")
    return sign
