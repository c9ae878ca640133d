"""Codes of instruments, waves, sittings and their files."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "already_sat": _l(
        "This person has sat this wave already. Correct the first sitting with a file instead."
    ),
    "instrument_known": _l("There is an instrument %(found)s already. Choose another code."),
    "instrument_without_items": _l("Give the instrument at least one item."),
    "item_twice": _l("The item %(found)s stands twice. Give each item its own code."),
    "items_missing": _l(
        "The mapping leaves out items of the instrument: %(found)s. Add their columns to “items”."
    ),
    "items_unknown": _l("The instrument has no items %(found)s. Its items are: %(expected)s."),
    "language_not_offered": _l(
        "The instrument is not written in %(found)s. Choose one of: %(expected)s."
    ),
    "mapping_groups_of_persons": _l(
        "Groups are for anonymous samples; those of people stand in the registry. "
        "Remove “groups” from the mapping."
    ),
    "mapping_key_missing": _l("The mapping lacks “%(column)s”. It takes: %(expected)s."),
    "mapping_key_twice": _l("“%(found)s” stands twice in the mapping. Remove one of them."),
    "mapping_key_unknown": _l(
        "The mapping does not take “%(found)s”. Remove or rename it. It takes: %(expected)s."
    ),
    "mapping_not_json": _l("The mapping cannot be read. Write %(expected)s."),
    "mapping_sample_needed": _l(
        "Without a column for the person the respondents are anonymous: name their “sample”."
    ),
    "mapping_sample_of_persons": _l(
        "A sample holds anonymous respondents only. Set “person” to null, or “sample” to null."
    ),
    "mapping_value_wrong": _l("“%(column)s” in the mapping cannot be read. Write %(expected)s."),
    "person_not_in_school": _l(
        "There is nobody %(found)s in this school. Check the identifier, or register the person "
        "first."
    ),
    "person_twice": _l("This person stands in the file twice. Keep one line: %(expected)s."),
    "range_differs": _l(
        "The instrument's responses go from %(expected)s. Correct “range” in the mapping."
    ),
    "range_without_room": _l(
        "Responses cannot go from %(low)s to %(high)s. Begin at 0 or above and end higher."
    ),
    "response_not_whole": _l("A response is %(expected)s."),
    "response_out_of_range": _l("The response %(found)s is outside the range. Write %(expected)s."),
    "sample_known": _l("There is a sample %(found)s already. Choose another name."),
    "sample_of_other_instrument": _l(
        "This sample answered the instrument %(expected)s. Name that one, or another sample."
    ),
    "sat_outside_wave": _l(
        "The day %(found)s is outside the wave, which goes from %(opens_on)s to %(closes_on)s."
    ),
    "unknown_instrument": _l(
        "There is no instrument %(found)s. Check its code, or create the instrument first."
    ),
    "unknown_language": _l("The language %(found)s is not known. Choose from: %(expected)s."),
    "unknown_wave": _l("The instrument has no wave %(found)s. Its waves are: %(expected)s."),
    "wave_closed": _l("The wave is closed and takes no more responses. Ask to have it reopened."),
    "wave_ends_before_it_begins": _l(
        "The wave would close on %(found)s, before it opens on %(expected)s."
    ),
    "wave_known": _l("The instrument has a wave %(found)s already. Choose another code."),
    "wrong_response_count": _l(
        "The instrument has %(expected)s items, but %(found)s responses were given."
    ),
}
