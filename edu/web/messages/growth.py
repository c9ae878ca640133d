"""Codes of gains, growth and school effects: what a comparison needs, and what it must say."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "bootstrap_not_for_this": _l(
        "The wild bootstrap needs schools and scores, and no random intercepts. Use the CR2 errors."
    ),
    "bootstrap_unbounded": _l(
        "There are too few schools in one of the groups for an interval. Add schools."
    ),
    "clusters_needed": _l("This design compares people within schools: say who is in which."),
    "collinear_covariates": _l(
        "A column follows from the others, so their parts cannot be told apart. Leave one out."
    ),
    "constant_column": _l("A column has the same value for everybody. Leave it out."),
    "constant_pretest": _l(
        "Everybody has the same result in the first test, so growth cannot be seen."
    ),
    "invalid_error": _l("An error of measurement is a number of at least 0, one for each score."),
    "invalid_group": _l("A group must be 0 or 1 (row %(row)s counted from 0)."),
    "invalid_reliability": _l("A reliability lies above 0 and is at most 1."),
    "lords_paradox": _l(
        "The two views disagree: the groups differ by %(score)s points in what they gained, but by"
        " %(adjusted)s points among people who started alike. The groups started differently, and"
        " the data alone cannot say which question is the right one."
    ),
    "no_group_variation": _l(
        "Everybody is in the same group. Choose a comparison group that did not take part."
    ),
    "no_years": _l("Growth to a target needs the norms of at least one year."),
    "nothing_to_adjust": _l("Without a comparison group there is nothing to adjust for."),
    "one_cluster": _l("All are from one school, so nothing can be said about others. Add schools."),
    "one_row_per_cluster": _l("Every school has one person, so schools and people are one."),
    "one_prior_needed": _l("Paths over several years need norms with one earlier score each."),
    "pretest_error_left": _l(
        "The first test has error in it, so its differences are taken out only in part. Give its"
        " reliability, or plausible values."
    ),
    "quantiles_not_converged": _l(
        "The growth norms did not settle at quantile %(quantile)s, so none are shown."
    ),
    "regression_to_the_mean": _l(
        "Somebody who starts one standard deviation lower than others is expected to gain"
        " %(points)s points more than they, program or not: a low start is partly bad luck."
    ),
    "reliability_needed": _l("This design needs the reliability of the first test."),
    "reliability_too_low": _l(
        "At this reliability hardly anything of the first test would be left beside the other"
        " columns. It must lie well above %(least)s."
    ),
    "reliability_with_plausible_values": _l(
        "Plausible values carry their measurement error already: give no reliability with them,"
        " and choose another design than errors in variables."
    ),
    "school_alone": _l(
        "Beside the other columns the figure rests on a single school, so the school and what it"
        " took part in cannot be told apart. Leave out columns that single out schools."
    ),
    "too_few_for_growth": _l(
        "Growth norms need at least %(least)s people with all scores; there are %(found)s."
    ),
    "too_few_groups": _l("At least %(least)s groups are needed to say how far groups differ."),
    "unknown_design": _l("There is no design %(found)s."),
    "unknown_errors": _l("There are no errors of the kind %(found)s."),
    "view_missing": _l("The data do not allow another view of this gain (%(design)s)."),
    "weights_with_mixed": _l(
        "Random intercepts are not estimated with weights here. Choose another design."
    ),
}
