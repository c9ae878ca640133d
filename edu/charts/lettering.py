"""How wide text is where no font is at hand, and where it may be broken.

Widths are in hundredths of the font size, rounded up from the widest sans-serif fonts that a
reader is likely to have, so that a label never needs more room than it is given.
"""

import unicodedata

_WIDTHS = {
    31: "'ijlіı",
    34: " \u00a0\u202f,.I·İІ’",
    39: "-/:;\\f",
    43: "!()[]t",
    47: '"r',
    54: "J`sz°şгз",
    57: "*?L_c|çсэ–",
    62: "FTakovxy«»äöГТавкотухчьяғқүұө“”„",
    65: "$0123456789bdeghnpqu{}ßüğЗберёҮҰһә",
    69: "EPSYŞЁЕРийлнпцҒ",
    71: "ABKVXZÄАБВУХЬъҚ",
    74: "CRUÇÜКСЧЭЯдңҺ",
    78: "&DGHNĞИЙЛНПм",
    81: "OQÖДОыӘӨ",
    86: "#+<=>^w~±×ЦЪҢ−≈≤≥",
    89: "Ффю",
    93: "MМЫж",
    98: "%mш",
    102: "@Wщ—…",
    111: "ЖШЮ№",
    119: "Щ",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN = 119
_BOLD = 1.12


def legible(text: str) -> str:
    """Text that any XML reader takes: no control characters, no half letters, no line breaks."""
    kept = (
        " " if letter.isspace() and letter not in "\u00a0\u202f" else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace() or not _unwritable(letter)
    )
    return "".join(kept).strip(" ")


def _unwritable(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text may need at a font size."""
    hundredths = sum(
        0 if unicodedata.combining(letter) else _WIDTH.get(letter, _UNKNOWN) for letter in text
    )
    return hundredths * size / 100 * (_BOLD if bold else 1)


def wrap(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than `room`; a word that is wider is broken, never cut."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined, size, bold=bold) <= room:
            lines[-1] = joined
            continue
        pieces = _pieces(word, size, room, bold=bold)
        lines[-1:] = [*filter(None, lines[-1:]), *pieces]
    return tuple(lines)


def beside(
    text: str, size: float, place: float, end: float, *, bold: bool = False
) -> tuple[str, tuple[str, ...]]:
    """On which side of a place text stands so as not to leave 0 to `end`, and its lines there."""
    half = width(text, size, bold=bold) / 2
    if half <= min(place, end - place):
        return "middle", (text,)
    if place < end / 2:
        return "start", wrap(text, size, end - place, bold=bold)
    return "end", wrap(text, size, place, bold=bold)


def _pieces(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    """A word cut into pieces that fit."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces
