"""Codes of the statistics: what data cannot carry, and what an input must look like."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "constant_outcome": _l(
        "Everybody has the same value, so nothing can be estimated. Choose another outcome or wave."
    ),
    "hierarchy_not_nested": _l(
        "The levels of %(name)s do not nest: “%(label)s” belongs to two groups of the next level."
    ),
    "hierarchy_not_rectangular": _l("The levels of %(name)s have different lengths."),
    "hierarchy_without_top": _l("The last level of %(name)s must be the same for everybody."),
    "invalid_coarsest": _l("The coarsest level asked for does not exist."),
    "invalid_k": _l("k must be a whole number of at least 1."),
    "invalid_level": _l("The level of an interval lies between 0 and 1."),
    "invalid_range": _l("The lowest code must lie below the highest."),
    "invalid_share": _l("A share lies between 0 and 1."),
    "invalid_threshold": _l("At least two people and two schools must stand behind a figure."),
    "invalid_weight": _l("A weight must be a positive number."),
    "k_not_reached": _l(
        "No version of this cohort makes each person one of %(k)s alike without dropping too many."
        " Choose a larger program or fewer columns."
    ),
    "lattice_too_large": _l("There are too many columns and levels to search. Choose fewer."),
    "length_mismatch": _l("The columns have different lengths."),
    "missing_cluster": _l("Somebody has no school, so errors cannot be clustered."),
    "missing_label": _l(
        "A value of %(name)s is missing; unknown values need a label of their own."
    ),
    "mixed_labels": _l("The labels of one column are partly numbers and partly text."),
    "no_data": _l("There is nobody with a value to estimate from."),
    "not_a_date": _l("A date cannot be read."),
    "not_estimable": _l("The data do not determine this figure."),
    "not_finite": _l("A value is infinite."),
    "not_numeric": _l("A value is not a number."),
    "out_of_scale": _l(
        "The values of %(name)s are too large or too small to calculate with. Choose another unit."
    ),
    "reference_suppressed": _l("The reference group is too small to compare with."),
    "too_few_clusters": _l(
        "One of the groups has people in fewer than five schools, so no estimate is shown. Choose"
        " more offerings, or a wider comparison."
    ),
    "too_few_persons": _l(
        "One of the groups has fewer than 30 people, so no estimate is shown. Choose more"
        " offerings, or a wider comparison."
    ),
    "unknown_label": _l("A value of %(name)s stands in no hierarchy."),
    "unknown_reference": _l("The reference group does not occur."),
    "wrong_shape": _l("The data do not have the expected shape."),
}
