"""Codes of the item response models: what a calibration, a link or a comparison needs."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "anchor_mismatch": _l(
        "The anchor %(item)s has other categories here than where its parameters come from."
    ),
    "attracts_the_able": _l("Those who choose this wrong option are abler than those of the key."),
    "ceiling": _l("In form %(form)s many people have every point: it is too easy."),
    "constant_item": _l(
        "Everybody answered item %(item)s alike, so nothing can be learnt from it."
    ),
    "dif_group_too_small": _l(
        "One of the groups has %(found)s people; at least %(least)s are needed to compare items."
    ),
    "disconnected_design": _l(
        "No common item links item %(item)s to the others. Booklets must share items."
    ),
    "empty_category": _l("Nobody chose one of the categories of item %(item)s."),
    "equal_slopes": _l(
        "Two items do not tell how sharply each of them separates people, so both are taken to do"
        " so alike."
    ),
    "few_links": _l("Form %(form)s shares too few items with the other forms."),
    "floor": _l("In form %(form)s many people have no point: it is too hard."),
    "groups_needed": _l("The scale has several groups: say to which each person belongs."),
    "header_missing": _l("The first line must hold the columns' names."),
    "invalid_draws": _l("At least one plausible value must be drawn."),
    "invalid_item": _l(
        "Item %(item)s needs a slope above 0 and at least one difficulty that is a number."
    ),
    "invalid_max_iter": _l("At least one iteration must be allowed."),
    "invalid_model": _l("This is no model that was written here."),
    "invalid_quadrature": _l("The quadrature needs at least five nodes."),
    "invalid_response": _l(
        "A response must be one of the item's categories, counted from 0 (row %(row)s, column"
        " %(column)s counted from 0, found %(found)s)."
    ),
    "invalid_tolerance": _l("The tolerance must be above zero."),
    "item_models_missing": _l("A mixed model needs a model for each item."),
    "item_never_presented": _l("Nobody was given item %(item)s."),
    "key_not_discriminating": _l("Those who choose the key are no abler than the others."),
    "link_failed": _l("The two scales could not be linked: their items' curves do not meet."),
    "logistic_not_converged": _l("The comparison of item %(item)s did not come to an end."),
    "missing_conditioning": _l(
        "A background value is missing (row %(row)s counted from 0). Give a missing value a column"
        " of its own."
    ),
    "negative_discrimination": _l(
        "Abler people do worse on item %(item)s. Check whether its key is right."
    ),
    "no_guessing": _l("Nobody seems to guess at item %(item)s: its chance of guessing is zero."),
    "no_spread": _l("The answers have nothing in common: people do not differ on this scale."),
    "not_a_response": _l(
        "Line %(line)s, column %(column)s: “%(found)s” is not a number of a category."
    ),
    "not_converged": _l(
        "The calibration did not settle within %(n_iter)s iterations, so no scale is shown. Item"
        " %(item)s is furthest from settling."
    ),
    "not_identified": _l(
        "The responses do not determine the items' parameters, item %(item)s's least of all. Add"
        " items or people."
    ),
    "persons_needed": _l("To draw waves together, say which rows belong to the same person."),
    "rarely_chosen": _l("Hardly anybody chooses this option."),
    "regression_not_converged": _l("The regression on the background values did not settle."),
    "speeded": _l("Many people did not reach the end of form %(form)s: the time was too short."),
    "steep_item": _l("Item %(item)s separates people at one point only: check it."),
    "too_few_anchors": _l(
        "The two scales have %(found)s usable items in common; at least %(least)s are needed."
    ),
    "too_few_items": _l("A calibration needs at least two items."),
    "too_many_categories": _l(
        "Item %(item)s has more than two categories, which this model does not allow."
    ),
    "two_groups": _l("A person belongs to two groups (row %(row)s counted from 0)."),
    "unknown_anchor": _l("The anchor %(item)s is not among the items of both scales."),
    "unknown_column": _l("There is no column %(found)s."),
    "unknown_key": _l("The key %(found)s is none of the options."),
    "unknown_method": _l("There is no method %(found)s."),
    "unknown_model": _l("There is no model %(found)s."),
    "wave_twice": _l("A person has two rows in the same wave (row %(row)s counted from 0)."),
    "zero_weights": _l("Every weight is zero, so nobody is counted."),
}
