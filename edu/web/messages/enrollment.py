"""Codes of enrollments: steps, seats, eligibility."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "already_enrolled": _l(
        "The person takes part in this offering already (%(found)s). End that first."
    ),
    "ambiguous_source_id": _l(
        "Several people have the source_id %(found)s. Give the IIN in a file of its own instead."
    ),
    "class_unknown": _l(
        "The person has no class in the academic year of the offering. Grades wanted: "
        "%(expected)s. Register the class first."
    ),
    "date_before_last_step": _l(
        "The step of %(found)s lies before the last one, of %(expected)s. Correct the date."
    ),
    "date_outside_offering": _l(
        "The day %(found)s does not fit the offering. Choose a day within %(expected)s."
    ),
    "enrolled_elsewhere": _l(
        "The person takes part in this offering for another school. Ask your region to transfer "
        "the participation."
    ),
    "enrollment_over": _l("This participation has ended (%(expected)s). Begin a new one instead."),
    "illegal_step": _l("“%(found)s” cannot follow here. What can follow: %(expected)s."),
    "not_eligible_grade": _l(
        "The offering is for grades %(expected)s; the person is in grade %(found)s."
    ),
    "not_eligible_role": _l(
        "The offering is for: %(expected)s. The person is registered as: %(found)s."
    ),
    "not_member_of_year": _l(
        "The person is in no school of ours in the academic year %(expected)s. Register them "
        "for that year first."
    ),
    "offering_closed": _l("The offering %(found)s is closed: it takes nobody any more."),
    "offering_full": _l("All %(expected)s places of the offering %(found)s are taken."),
    "offering_planned": _l("The offering %(found)s is only planned: it takes nobody yet."),
    "person_missing": _l("Say who is meant: fill in %(expected)s."),
    "person_named_twice": _l("Give either the IIN or the source_id, not both."),
    "person_of_another_region": _l("The offering is for another region than the person's school."),
    "person_of_another_school": _l(
        "The person belongs to another school; only people of the school itself can take part."
    ),
    "reason_required": _l("Say why: the step to “%(found)s” needs a reason."),
    "region_needed": _l("Choose a region: schools are shown one region at a time."),
    "seat_free": _l("A place is free in the offering %(found)s: enroll the person instead."),
    "transfer_without_target": _l("Say where to: choose another offering or another school."),
    "unknown_offering": _l("There is no offering with the code “%(found)s”. Check the code."),
    "unknown_person": _l(
        "Nobody of yours is known under this %(expected)s. Register the person first."
    ),
}
