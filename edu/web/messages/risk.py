"""Codes of the advice on who may not complete."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "nothing_ended": _l(
        "No offering of “%(program)s” has ended yet, so there is no past to learn from. Try again"
        " once one has ended and its completions are recorded."
    ),
    "no_risk_model": _l(
        "Nothing has been learned about this program yet. A program manager can have it learned"
        " from the program's past."
    ),
    "advice_withheld": _l(
        "There is no list: the model card says that the advice would not be worth following. Try"
        " again when more people have completed the program or given it up."
    ),
    "one_outcome": _l(
        "All people ended alike, so what goes with leaving cannot be learned. Check that"
        " withdrawals are recorded."
    ),
    "too_few_outcomes": _l(
        "Too few people left, or too few stayed; at least %(needed)s of each are needed to learn"
        " from. Wait for the next offering to end."
    ),
    "too_few_schools": _l(
        "People left, or stayed, in too few schools; at least %(needed)s are needed to know whether"
        " what is learned holds elsewhere."
    ),
    "no_varying_feature": _l(
        "Everything known of the people is the same for all of them, so nothing can be learned."
    ),
    "invalid_outcome": _l("Who left is 1 and who stayed is 0; row %(row)s is neither."),
    "missing_moment": _l(
        "Row %(row)s says that the person left, but not after which part of the time (0 to 1)."
    ),
    "invalid_elapsed": _l("The part of the time that has passed is 0 to 1; row %(row)s is not."),
    "risk_enough_outcomes": _l(
        "There are enough people who left for as many features as are looked at."
    ),
    "risk_few_outcomes": _l(
        "There are few people who left for as many features as are looked at: influences are"
        " uncertain."
    ),
    "risk_tells_apart": _l(
        "In schools it had not seen, the formula tells people who leave from people who stay better"
        " than chance."
    ),
    "risk_no_better_than_chance": _l(
        "In schools it had not seen, the formula was not surely better than chance. A list would be"
        " a lottery, so none is given."
    ),
    "risk_calibrated": _l(
        "High probabilities are as much higher than low ones as what came in schools it had not"
        " seen; 1 would be exact."
    ),
    "risk_not_calibrated": _l(
        "The probabilities are too extreme or too cautious for schools it had not seen; 1 would be"
        " exact. No list is given."
    ),
    "risk_halfway_holds": _l(
        "Of those still there when half of their time had passed, about as many left as foretold,"
        " and those at more risk more often."
    ),
    "risk_halfway_fails": _l(
        "Of those still there when half of their time had passed, others left than foretold, or"
        " more or fewer. No list is given."
    ),
    "risk_halfway_not_checked": _l(
        "Too few were still there when half of their time had passed for this to be checked."
    ),
    "risk_groups_alike": _l(
        "No group's risk is misjudged by more than two in a hundred beyond chance (Holm)."
    ),
    "risk_groups_misjudged": _l(
        "The risk of at least one group is misjudged by more than two in a hundred beyond chance"
        " (Holm). The model card says which: weigh the list for these people accordingly."
    ),
    "risk_fairness_not_checked": _l(
        "No group is large enough to check whether the advice is fair."
    ),
}
