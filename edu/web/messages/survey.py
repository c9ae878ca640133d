"""Codes of the survey statistics: designs, trends, projections and ranks."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "collinear": _l("The predictors say the same twice, so their parts cannot be told apart."),
    "cuts_not_ascending": _l("The bounds of the levels must be numbers in ascending order."),
    "empty_replicate": _l(
        "The replicate weights of one column are all zero (column %(column)s counted from 0)."
    ),
    "invalid_fay": _l("Fay's factor is at least 0 and below 1."),
    "invalid_probability": _l("A quantile needs a number between 0 and 1."),
    "invalid_replicate": _l(
        "A replicate weight must be a number of at least 0 (row %(row)s, column %(column)s"
        " counted from 0)."
    ),
    "logit_not_converged": _l(
        "The logistic regression did not settle within %(n_iter)s steps, so nothing is shown."
    ),
    "lonely_school": _l(
        "%(n)s strata hold a single school: join them to their neighbors, so that schools can be"
        " compared within each."
    ),
    "odd_stratum": _l("A stratum has an odd number of schools: use Fay's method instead."),
    "school_in_two_strata": _l("School %(school)s stands in two strata."),
    "outcome_not_binary": _l("A logistic regression needs values of 0 and 1."),
    "separated": _l("A predictor tells the two outcomes apart completely: no odds can be given."),
    "strata_not_used": _l("This kind of jackknife knows no strata: use the paired one."),
    "too_few_replicates": _l("A sample design needs at least two replicate weights."),
    "too_many_values": _l(
        "There are %(found)s different values, more than %(most)s: these are no categories."
    ),
    "unknown_rule": _l("There is no rule for quantiles called %(found)s."),
}
