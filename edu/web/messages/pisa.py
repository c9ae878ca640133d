"""Codes of PISA's figures and files."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "cohort_not_estimated": _l("The cohorts' change is not estimated yet. Estimate it first."),
    "cohort_not_linked": _l(
        "The scale “%(scale)s” is not linked to PISA, so its cohorts say nothing about it. Bring a"
        " concordance sample first."
    ),
    "concordance_too_weak": _l(
        "The two scores correlate with %(found)s only; below %(least)s one says too little about"
        " the other to link them."
    ),
    "cycle_never_comparable": _l(
        "This cycle joins no trend: its sample cannot be compared. Write 0, or leave it empty."
    ),
    "cycle_not_told": _l(
        "The file does not say of which cycle it is. Say it, for example with --cycle 2022."
    ),
    "cycle_told_twice": _l("The file is of the cycle of %(found)s, not of %(expected)s."),
    "cycles_out_of_order": _l("A link leads from an earlier cycle to a later one."),
    "economy_no_code": _l(
        "“%(found)s” is no code of at most %(most)s letters. Give the economy by its code, as KAZ."
    ),
    "economy_not_told": _l(
        "The file has no column CNT. Say whose it is, for example with --economy KAZ."
    ),
    "figure_twice": _l("The file tells this figure twice. Keep the line that is right."),
    "half_a_weighing": _l(
        "Give both shares, or neither: how many of all 15-year-olds are in the cohorts, and which"
        " part of their change is to count."
    ),
    "no_plausible_values": _l(
        "Run %(run)s has no plausible values: score on a scale, and publish that."
    ),
    "no_scores_on_scale": _l(
        "There are no published scores on the scale “%(scale)s” yet. Score its instrument on its"
        " scale and publish the run."
    ),
    "pupil_cells_unreadable": _l(
        "%(number)s cells of %(name)s are no numbers: %(found)s (value and line)."
    ),
    "cycle_unreadable": _l("A cycle is a year such as 2022; “%(found)s” is none."),
    "no_file_chosen": _l("Choose a pupil file."),
    "no_such_cycle": _l("There was no cycle of PISA in %(found)s, and none is announced."),
    "pupil_file_empty": _l("%(file)s holds no pupils."),
    "pupil_column_missing": _l("A pupil file must have this column."),
    "pupil_file_broken": _l("%(file)s cannot be read: %(reason)s"),
    "pupil_file_unknown": _l("Files of the kind “%(found)s” cannot be read: bring %(expected)s."),
    "run_not_calibrated": _l(
        "Run %(run)s has no item parameters, so it cannot be linked by common items. Score on a"
        " scale, and publish that."
    ),
    "school_key_missing": _l(
        "The files of pupils and of schools share no column that tells which school is which. Both"
        " must have %(expected)s."
    ),
    "school_row_twice": _l(
        "The school %(found)s stands twice in %(file)s. Keep one line for each school."
    ),
    "schools_without_row": _l(
        "%(number)s schools of the pupils are not in %(file)s: %(found)s. Bring the schools' file"
        " of the same cycle and the same economies."
    ),
    "schools_without_locality": _l(
        "The schools' file does not say which schools are in a town: it has no column %(expected)s."
        " Bring the school questionnaire of the same cycle, or none."
    ),
    "locality_unreadable": _l(
        "%(name)s holds none of the codes 1 (village) to 6: %(found)s. Bring the official file."
    ),
    "several_cycles": _l(
        "The file holds several cycles: %(found)s. Bring each in a file of its own."
    ),
    "several_concordances": _l("One file is one concordance: all lines say the same here."),
    "steps_without_partial_credit": _l("Only items of partial credit (pcm, gpcm) have steps."),
    "concordance_constant": _l(
        "All pupils have the same score on one of the two scales, so nothing can be linked."
    ),
    "too_few_for_concordance": _l(
        "%(pupils)s pupils in %(schools)s schools are too few to link two scales: at least 30 in 5"
        " are needed."
    ),
    "too_uncertain": _l(
        "The plausible values of this group differ so much that an interval would say nothing."
    ),
    "unknown_product": _l("There is no product “%(found)s”. Choose one of: %(expected)s."),
    "unknown_pupil_column": _l("The file has no column %(found)s."),
    "pupil_values_missing": _l(
        "Every pupil needs all plausible values and weights: cells of this column are empty or"
        " hold a missing code: %(found)s (how many, and on which lines)."
    ),
}
