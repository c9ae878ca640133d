"""Codes of scoring runs and scales."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "classical_takes_one_instrument": _l(
        "Shares of points are told for one instrument at a time. Choose one, or place all on their"
        " scale."
    ),
    "instruments_of_several_scales": _l(
        "These instruments measure on different scales (%(found)s). Score each scale apart."
    ),
    "invalid_seed": _l("A seed is a whole number from 0 to 2,147,483,647."),
    "level_twice": _l("Level %(found)s stands twice."),
    "levels_out_of_order": _l("Give the levels from the lowest to the highest, each higher."),
    "no_responses": _l("There are no responses to score yet. Record or bring in some first."),
    "own_run": _l("A second person must publish: nobody publishes a run they asked for."),
    "responses_changed_meanwhile": _l(
        "Somebody brought in responses while the run was reading. Nothing was kept: score again."
    ),
    "run_in_other_state": _l(
        "The run is %(found)s. This can only be done while it is %(expected)s."
    ),
    "scale_defined_meanwhile": _l(
        "Run %(found)s has defined the scale since this one was computed. Set this run aside and"
        " score again: it will then be linked."
    ),
    "scale_known": _l(
        "The scale %(found)s is registered already and never changes. Register a new version."
    ),
    "scale_without_spread": _l("The SD of a scale must be above zero."),
    "too_few_to_calibrate": _l(
        "Only %(found)s sittings say anything, too few to calibrate the items. Score by shares of"
        " points, or wait for more responses."
    ),
    "too_few_usable_items": _l(
        "Only %(found)s items tell people apart; at least %(least)s are needed to calibrate."
    ),
    "too_many_draws": _l("Draw between 1 and %(most)s plausible values."),
    "unknown_scale": _l(
        "The scale %(found)s is not registered. Known scales: %(expected)s. Register it first, or"
        " score by shares of points."
    ),
}
