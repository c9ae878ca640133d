"""Codes of effects: why a difference may or may not be called one, and what is missing for it."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "all_enrolled": _l(
        "Everybody takes part, so there is nobody to compare with. Add people who do not."
    ),
    "attrition_differs": _l(
        "More of the results are missing in one group than in the other: %(treated)s of those who"
        " took part and %(comparison)s of the others. At worst and best, the difference could be"
        " %(lower)s or %(upper)s."
    ),
    "attrition_high": _l(
        "Too many results are missing: %(treated)s of those who took part and %(comparison)s of the"
        " others. At worst and best, the difference could be %(lower)s or %(upper)s."
    ),
    "attrition_low": _l(
        "Few results are missing, about as many in both groups: %(treated)s and %(comparison)s. At"
        " worst and best, the difference could be %(lower)s or %(upper)s."
    ),
    "attrition_unknown": _l(
        "Nobody of one of the groups was there in both the first and the last wave, so the loss of"
        " people cannot be judged."
    ),
    "balance_missed": _l(
        "Those who took part and the others still differ after weighting, most in column"
        " %(column)s counted from 0."
    ),
    "balance_reached": _l("After weighting, those who took part and the others are alike."),
    "classifier_for_numbers": _l(
        "%(found)s sorts into classes and cannot expect numbers other than 0 and 1. Choose a"
        " regressor (%(name)s)."
    ),
    "constant_dose": _l(
        "Everybody had the same amount of the program, so amounts cannot be compared."
    ),
    "constant_prediction": _l(
        "The models expect the same effect for everybody. Choose a more flexible outcome model."
    ),
    "density_even": _l("About as many people lie just below the cutoff as just above it."),
    "density_uneven": _l(
        "Just above the cutoff there are %(above)s people and just below it %(below)s: scores may"
        " have been arranged."
    ),
    "dose_ceiling": _l("Many people had the largest amount there is, so more cannot be judged."),
    "dose_chosen": _l(
        "Nobody was assigned an amount: those who took more may be more eager or have more help."
    ),
    "dose_not_monotone": _l("More did not go with more at every step."),
    "dose_predicted": _l(
        "How much somebody took could be told in advance from their background, which speaks for"
        " choice rather than chance."
    ),
    "dose_survivors": _l(
        "Those who did well may have stayed longer because they did well, not the other way round."
    ),
    "e_value_fragile": _l(
        "Something unmeasured that is only weakly tied to taking part and to the outcome could"
        " explain the difference away."
    ),
    "e_value_limit_fragile": _l(
        "The figure itself could only be explained away by something unmeasured that is strongly"
        " tied to taking part and to the outcome; for the end of its interval nearer to zero"
        " something weak would do."
    ),
    "e_value_null": _l(
        "The interval holds zero: no effect is shown, so there is nothing to explain away."
    ),
    "e_value_robust": _l(
        "Something unmeasured would have to be clearly tied to taking part and to the outcome to"
        " explain the difference away, even at the end of its interval nearer to zero."
    ),
    "effective_size_missed": _l(
        "After weighting, one of the groups says no more than a very small one would."
    ),
    "effective_size_reached": _l("After weighting, both groups are large enough."),
    "enough_persons": _l("Both groups have enough people."),
    "enough_schools": _l("All groups have enough schools."),
    "few_persons": _l(
        "One of the groups has fewer than 30 people. Take in more offerings, or compare more"
        " widely."
    ),
    "few_schools": _l(
        "One of the groups has fewer than five schools. Take in more offerings, or compare more"
        " widely."
    ),
    "fold_without_arm": _l(
        "Without one of the parts that the schools are split into, one of the groups is empty."
        " Add schools or choose fewer parts."
    ),
    "groups_alike": _l(
        "The groups cannot be told apart: their figures differ no more than chance would have it."
    ),
    "groups_differ": _l("The groups differ by more than chance would have it."),
    "invalid_bandwidth": _l("A bandwidth is a number above 0."),
    "invalid_clip": _l("The limit of the propensities lies above 0 and below one half."),
    "invalid_control": _l("Compare with those “never” or “not_yet” treated, not %(found)s."),
    "invalid_dose": _l("An amount is at least 0 (row %(row)s counted from 0)."),
    "invalid_effect": _l("An effect to be found is a number other than %(found)s."),
    "invalid_errors": _l("Errors are “scores” or “jackknife”, not %(found)s."),
    "invalid_propensities": _l(
        "Propensities are “fitted”, or for ATT “balanced”, not %(found)s for %(estimand)s."
    ),
    "invalid_estimand": _l("An effect is ATT, ATE or ATO, not %(found)s."),
    "invalid_folds": _l(
        "The schools cannot be split into %(found)s parts. Each person belongs to exactly one of at"
        " least two and at most %(most)s."
    ),
    "invalid_p_value": _l("A p value lies between 0 and 1 (row %(row)s counted from 0)."),
    "invalid_power": _l("The power lies above the chance of a false alarm and below 1."),
    "invalid_rollout": _l("A rollout cannot have %(found)s for %(name)s."),
    "invalid_waves": _l("The waves must be in ascending order, each once."),
    "missing_covariate": _l(
        "A background value is missing (row %(row)s, column %(column)s counted from 0), and this"
        " model cannot work without it. Fill it in or choose another model."
    ),
    "model_ignores_weights": _l("The model %(model)s takes no weights. Choose another one."),
    "needs_both_models": _l(
        "Whether the effect differs between people can be tested for the average effect on"
        " everybody (ATE) or its overlap-weighted form (ATO) only."
    ),
    "needs_chances": _l(
        "%(found)s tells no chances. Choose a classifier with predict_proba (%(name)s)."
    ),
    "no_comparison_group": _l(
        "There is nobody with results who does not take part. Choose a comparison group."
    ),
    "no_overlap": _l(
        "For too many of those who take part there is nobody alike who does not. Choose a"
        " comparison group that is more like them, or compare fewer people."
    ),
    "nobody_enrolled": _l(
        "Nobody with a score in the first wave takes part, so there is no effect to estimate."
        " Choose waves that participants sat, or another program."
    ),
    "nobody_responded": _l("Nobody has answered, so nobody can stand for the others."),
    "not_a_model": _l(
        "%(name)s must be a scikit-learn model, such as Ridge(), not a name or a class."
    ),
    "not_binary": _l("%(name)s must be 0 or 1 (row %(row)s counted from 0)."),
    "not_fitted": _l("Fit the model first."),
    "one_group": _l("Only one group is shown, so there is nothing to compare it with."),
    "one_school_in_arm": _l(
        "One of the groups has people from one school only, so the school and the program cannot be"
        " told apart. Add schools."
    ),
    "outside_range": _l(
        "Outcomes lie outside of the range from %(lowest)s to %(highest)s. Give the ends of the"
        " scale."
    ),
    "overlap_missed": _l(
        "Some of those who take part have nobody like them in the other group to compare with."
    ),
    "overlap_reached": _l("Nearly everybody has people like them in the other group."),
    "placebo_failed": _l(
        "The groups differ by %(estimate)s (%(low)s to %(high)s) where the program cannot have had"
        " an effect, so they were not alike before it."
    ),
    "placebo_not_done": _l(
        "It was not checked whether the groups differ where the program cannot have had an effect,"
        " such as in an earlier score."
    ),
    "placebo_passed": _l(
        "Where the program cannot have had an effect, no difference can be told from chance:"
        " %(estimate)s (%(low)s to %(high)s)."
    ),
    "pre_trend_differs": _l(
        "Before the program the groups already moved apart, by up to %(largest)s from wave to wave."
    ),
    "pre_trend_not_testable": _l(
        "No group was measured twice before it started, so it cannot be checked whether the groups"
        " moved alike."
    ),
    "pre_trend_parallel": _l("Before the program the groups moved alike, as far as can be seen."),
    "robustness_value_fragile": _l(
        "Something unmeasured that explains only a small part of who takes part and of the outcome"
        " could explain the difference away."
    ),
    "robustness_value_limit_fragile": _l(
        "The figure itself could only be explained away by something unmeasured that explains a"
        " good part of who takes part and of the outcome; for the end of its interval nearer to"
        " zero a small part would do."
    ),
    "robustness_value_null": _l(
        "The interval holds zero: no effect is shown, so no other explanation is needed."
    ),
    "robustness_value_robust": _l(
        "Something unmeasured would have to explain a good part of who takes part and of the"
        " outcome to explain the difference away, even at the end of its interval nearer to zero."
    ),
    "school_in_two_folds": _l(
        "Schools were split between the people a model learns from and those it is asked about, so"
        " errors may be too small."
    ),
    "too_few_at_cutoff": _l(
        "Only %(found)s people are close enough to the cutoff. Choose a wider bandwidth."
    ),
    "too_few_draws": _l("At least one draw is needed, not %(found)s."),
    "too_few_pupils_left": _l(
        "Where a share of %(lost)s of %(pupils)s pupils in each school is lost by the end, less"
        " than one is left in each. Plan more pupils in each school, or a smaller loss of pupils."
    ),
    "too_few_schools_in_arm": _l(
        "A share of %(share)s of %(schools)s schools leaves fewer than %(least)s whole schools with"
        " the program or without it. Plan more schools, or a share nearer to one half."
    ),
    "too_few_schools_left": _l(
        "Where a share of %(lost)s of %(schools)s schools is lost by the end, fewer than %(least)s"
        " whole schools are left with the program or without it. Plan more schools, or a smaller"
        " loss of schools."
    ),
    "too_few_waves": _l("Change needs at least two waves; there is %(found)s."),
    "too_small_effect": _l("No rollout is large enough to find an effect of %(effect)s."),
}
