"""Codes of the survey statistics: designs, trends, projections and ranks."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "collinear": _l("The predictors say the same twice, so their parts cannot be told apart."),
    "coverage_too_low": _l(
        "Too few 15-year-olds are covered: this quantile lies among those who are not."
    ),
    "cuts_not_ascending": _l("The bounds of the levels must be numbers in ascending order."),
    "cycle_twice": _l("The cycle of %(year)s occurs twice."),
    "empty_replicate": _l(
        "The replicate weights of one column are all zero (column %(column)s counted from 0)."
    ),
    "few_cycles": _l(
        "There are few comparable cycles, so little can be said about what comes next."
    ),
    "file_broken": _l("%(file)s cannot be read: %(reason)s"),
    "invalid_coverage": _l("Coverage is a share above 0 and at most 1."),
    "invalid_cycle": _l("The figure of %(year)s needs a value and a standard error above 0."),
    "invalid_fay": _l("Fay's factor is at least 0 and below 1."),
    "invalid_link_error": _l("A link error must be a number of at least 0."),
    "invalid_probability": _l("A quantile needs a number between 0 and 1."),
    "invalid_replicate": _l(
        "A replicate weight must be a number of at least 0 (row %(row)s, column %(column)s"
        " counted from 0)."
    ),
    "invalid_se": _l("A standard error must be above 0 (row %(row)s counted from 0)."),
    "invalid_signal": _l(
        "What the cohorts say needs a change with a standard error above 0, and shares between 0"
        " and 1 for coverage and discount."
    ),
    "link_error_missing": _l(
        "No link error between %(first)s and %(second)s is known, so the two cannot be compared."
    ),
    "link_error_of_another_kind": _l(
        "Link errors of a %(found)s were given, but those of a %(expected)s are needed."
    ),
    "link_errors_inconsistent": _l(
        "The link errors contradict one another: the cycles cannot have shifted so that all of them"
        " hold. Among three cycles, for example, none is larger than the other two together."
        " Correct the table."
    ),
    "link_error_of_itself": _l(
        "A link leads from one cycle to another, not from %(year)s to itself."
    ),
    "link_error_twice": _l(
        "Two different link errors are given between %(first)s and %(second)s. Keep one."
    ),
    "link_errors_needed": _l("Cycles cannot be compared without link errors."),
    "logit_not_converged": _l(
        "The logistic regression did not settle within %(n_iter)s steps, so nothing is shown."
    ),
    "lonely_school": _l(
        "%(n)s strata hold a single school: join them to their neighbors, so that schools can be"
        " compared within each."
    ),
    "missing_columns": _l("The file lacks columns of a PISA pupil file: %(names)s."),
    "missing_value": _l("A value of %(name)s is missing (row %(row)s counted from 0)."),
    "not_a_number": _l(
        "Column %(column)s holds “%(found)s” where a number is needed. Correct the cell, or leave"
        " it empty where nothing is known."
    ),
    "not_comparable_cycle": _l("%(year)s cannot be compared with other cycles."),
    "odd_stratum": _l("A stratum has an odd number of schools: use Fay's method instead."),
    "outcome_not_binary": _l("A logistic regression needs values of 0 and 1."),
    "ragged_row": _l("Line %(line)s does not have as many cells as the header."),
    "school_in_two_strata": _l("School %(school)s stands in two strata."),
    "separated": _l("A predictor tells the two outcomes apart completely: no odds can be given."),
    "shares_do_not_match": _l(
        "The shares must name exactly the groups of the sample and add up to 1."
    ),
    "strata_not_used": _l("This kind of jackknife knows no strata: use the paired one."),
    "too_few_cycles": _l("There are %(found)s comparable cycles; at least %(least)s are needed."),
    "too_few_replicates": _l("A sample design needs at least two replicate weights."),
    "too_few_to_rank": _l("A rank needs at least two to compare."),
    "too_many_values": _l(
        "There are %(found)s different values, more than %(most)s: these are no categories."
    ),
    "unknown_cycle": _l("There is no cycle of %(year)s."),
    "unknown_format": _l("Files of the kind “%(found)s” cannot be read: use CSV or Parquet."),
    "unknown_quantity": _l("A trend is of a mean, a share or a gap, not of “%(found)s”."),
    "unknown_rule": _l("There is no rule for quantiles called %(found)s."),
    "unknown_pisa_scale": _l("No levels are known for %(scale)s in %(cycle)s."),
    "values_missing": _l(
        "Every row needs a value in these columns: %(names)s. Fill in the gaps, or leave the rows"
        " out."
    ),
    "year_not_ahead": _l("%(year)s is no year after the latest cycle."),
}
