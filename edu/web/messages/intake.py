"""Codes of files: what is wrong with one, and how to mend it."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "broken_quotes": _l(
        "From line %(line)s on the quotes do not match. Close every quote; double those in a cell."
    ),
    "column_missing": _l(
        "The column %(column)s is missing. Add it to the first line. Columns: %(expected)s."
    ),
    "column_twice": _l("The column %(column)s stands twice in the first line. Remove one of them."),
    "column_unknown": _l(
        "The column “%(found)s” is not known here. Rename or remove it. Columns: %(expected)s."
    ),
    "file_empty": _l("The file %(file)s is empty. Check that the right file was chosen."),
    "file_refused": _l("Nothing of %(file)s was saved: problems found: %(count)s."),
    "file_without_rows": _l("The file %(file)s has a header but no lines below it."),
    "no_such_date": _l("There is no such day. Write %(expected)s."),
    "out_of_range": _l("The number is outside the range. Write %(expected)s."),
    "text_too_long": _l("The text is too long. Write %(expected)s."),
    "unknown_choice": _l("“%(found)s” is not known here. Write one of: %(expected)s."),
    "unreadable_value": _l("This cannot be read. Write %(expected)s."),
    "unstorable_text": _l(
        "The text holds signs that cannot be stored. Type it again without copying."
    ),
    "value_missing": _l("Fill in %(column)s."),
    "wrong_cell_count": _l(
        "The line has another number of cells than the header. Expected: %(expected)s."
    ),
    "wrong_encoding": _l(
        "The file is not in UTF-8 (%(found)s). Save it again as “CSV UTF-8” and bring it anew."
    ),
}
