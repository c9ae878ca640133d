"""Codes of schools and people, in files and on forms."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "birth_date_impossible": _l(
        "Nobody here was born on that day. Write a date from 1900 to today."
    ),
    "class_contradicts": _l(
        "The class has another %(column)s in an earlier line. Correct one of the two: %(expected)s."
    ),
    "class_elsewhere": _l(
        "The class belongs to another school. Choose a class of the same school."
    ),
    "class_missing": _l(
        "A grade without a class cannot be kept. Name the class or remove the grade."
    ),
    "class_not_for_role": _l(
        "Only pupils and students belong to a class. Leave the class and the grade empty."
    ),
    "class_of_other_year": _l(
        "The class is of the academic year %(expected)s. Choose another one."
    ),
    "iin_and_reason": _l("There is an IIN, so no reason is needed. Remove one of the two."),
    "iin_birth_date_differs": _l(
        "The IIN tells another birth date. That can be right: compare it with the document."
    ),
    "iin_checksum": _l("The IIN %(found)s has a wrong check digit. Compare it with the document."),
    "iin_digits": _l("The IIN %(found)s holds signs other than the digits 0 to 9. Type it again."),
    "iin_length": _l("The IIN %(found)s does not have 12 digits. Compare it with the document."),
    "iin_or_reason": _l("Give the IIN, or choose a reason why there is none."),
    "iin_sex_differs": _l(
        "The IIN tells another sex. That can be right: compare it with the document."
    ),
    "iin_taken": _l("Another person of your school has this IIN. Look for them in the list."),
    "iin_unreadable": _l(
        "The IIN cannot be decrypted with the present keys. Restore the key file from the backup."
    ),
    "name_letters": _l("A name holds at least one letter."),
    "name_missing": _l("Give a surname or a given name."),
    "name_signs": _l(
        "A name holds only letters, hyphens, apostrophes and spaces."
        " Remove the rest from %(found)s."
    ),
    "name_too_long": _l("A name has at most 255 letters."),
    "person_ambiguous": _l(
        "Several people of the school bear this name and birth date. Give the IIN or the source_id."
    ),
    "person_elsewhere": _l(
        "The person with the IIN %(found)s is registered at another school. Ask for a transfer."
    ),
    "person_known": _l(
        "A person of this name and birth date is registered at the school. Look in the list; "
        "if this is somebody else, give the IIN or the identifier in the school's journal."
    ),
    "region_elsewhere": _l(
        "The region %(found)s is not yours. You may bring schools of: %(expected)s."
    ),
    "school_elsewhere": _l(
        "The code %(found)s belongs to a school of another region. Check the code."
    ),
    "school_twice": _l("The school %(found)s stands twice. Keep one line: %(expected)s."),
    "source_id_taken": _l(
        "Somebody else at the school has the identifier %(found)s. Correct it here or on the "
        "page of that person."
    ),
    "unknown_region": _l(
        "The region %(found)s is not known. Write the two digits of its KATO code."
    ),
    "unknown_school": _l("The school %(found)s is not known here. Check its code."),
    "years_not_consecutive": _l("An academic year covers two years in a row. Write %(expected)s."),
}
