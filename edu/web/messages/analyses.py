"""Codes of analyses: what they need, and what their checks found."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "balance_missed_in": _l(
        "Those who took part and the others still differ after weighting, most in: %(column)s."
    ),
    "selection_too_alike": _l(
        "These offerings take in the same people as the analysis “%(found)s” but for a few, of whom"
        " the two answers would tell. Choose the same offerings, or others by at least 30 people of"
        " five schools."
    ),
    "too_many_selections": _l(
        "This program was asked about with %(most)s different sets of offerings; more would tell of"
        " single people. Choose one of those sets."
    ),
    "definition_field_twice": _l(
        "The definition says “%(found)s” twice. Leave one of the two out."
    ),
    "definition_no_object": _l(
        "The file is JSON, but no definition. Take one along from the page of an analysis."
    ),
    "definition_not_json": _l(
        "The file is not JSON: it goes wrong in line %(line)s, column %(column)s. Take a definition"
        " along from the page of an analysis and change its values only."
    ),
    "definition_not_text": _l(
        "The file is not text in UTF-8: it goes wrong in line %(line)s. Save it as UTF-8."
    ),
    "definition_too_large": _l(
        "A definition has at most %(most)s bytes. Bring the JSON of an analysis, not its data."
    ),
    "dose_alike": _l(
        "Nearly everybody was in the program equally long, from %(low)s to %(high)s months between"
        " the waves, so it cannot be said whether more time goes with more gain."
    ),
    "invalid_definition": _l("The definition cannot be used. %(problems)s"),
    "invalid_plan": _l("This cannot be planned. %(problems)s"),
    "no_such_analysis": _l(
        "“%(found)s” is neither the number of a saved analysis nor a file with a definition. Take"
        " the number from the address of an analysis' page, or the file from the page itself."
    ),
    "two_waves_needed": _l("Name two different waves: the first and the last."),
    "unknown_definition": _l(
        "The definition is of version %(found)s, but this service reads version %(expected)s."
        " Define the analysis anew."
    ),
    "unknown_offerings": _l(
        "The program has no offerings with these codes: %(found)s. Check the codes, or name none to"
        " count all."
    ),
    "waves_reversed": _l("“%(first)s” came after “%(last)s”. Name the earlier wave first."),
    "waves_not_linked": _l(
        "“%(first)s” and “%(last)s” are not on one scale, so they cannot be compared. Score both"
        " waves together by item response theory and publish the run."
    ),
}
