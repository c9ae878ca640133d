"""Codes of programs and offerings."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "capacity_below_taken": _l(
        "More than %(found)s people hold a seat already. Choose a larger number of seats."
    ),
    "dates_reversed": _l("The last day lies before the first. Correct one of the two."),
    "grades_reversed": _l("The highest grade lies below the lowest. Correct one of the two."),
    "grades_without_pupils": _l(
        "Grades belong to pupils. Add pupils to those who may take part, or leave the grades out."
    ),
    "initiative_in_use": _l(
        "Offerings of this initiative are open. Close them before the initiative is planned again."
    ),
    "initiative_planned": _l(
        "The initiative is only planned: nobody can enroll until it is opened."
    ),
    "offering_code_taken": _l("Another offering has the code “%(found)s”. Choose another code."),
    "offering_outside_region": _l("You may offer programs in your own region only."),
    "program_code_taken": _l("Another program has the code “%(found)s”. Choose another code."),
    "roles_missing": _l("Say who may take part: choose at least one."),
    "school_outside_region": _l(
        "The school %(found)s lies outside the region %(expected)s. Correct one of the two."
    ),
    "unknown_initiative": _l("This initiative does not exist."),
    "unknown_program": _l(
        "There is no program “%(found)s”. Take one from the page of the programs."
    ),
}
