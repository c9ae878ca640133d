"""People and files of people."""

from datetime import date
from itertools import count

from sqlalchemy.orm import Session

from edu.intake import IncomingFile
from edu.registry.iin import check_digit
from edu.registry.names import sort_key
from edu.registry.vault import Vault
from models.people import LearnerRole, Membership, NoIinReason, Person, PersonIdentity, Sex
from models.places import School, SchoolClass

numbers = count(1)
VAULT = Vault(b"e" * 32, b"i" * 32)
LETTERS = "абвгдежзиклмнопрстуф"
PEOPLE_HEADER = (
    "school_code,academic_year,class,grade,language,surname,given_name,patronymic,"
    "birth_date,sex,role,iin,no_iin_reason,source_id"
)
SCHOOLS_HEADER = "code,name_kk,name_ru,name_en,region,district,urban,type"


def make_iin(number: int | None = None) -> str:
    """A valid number that no living person can have: it tells a birth date in the future."""
    number = next(numbers) if number is None else number
    month, rest = divmod(number, 10_000)
    prefixes = (f"31{month + 1:02d}{day:02d}{5 + number % 2}{rest:04d}" for day in range(1, 29))
    return next(
        prefix + str(digit) for prefix in prefixes if (digit := check_digit(prefix)) is not None
    )


def spelled(number: int) -> str:
    """A number in letters, for names that must differ."""
    text = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        text += LETTERS[rest]
    return text


def make_person(
    session: Session,
    *,
    school: School,
    surname: str | None = None,
    given_name: str = "Айша",
    patronymic: str | None = None,
    birth_date: date = date(2014, 5, 17),
    sex: Sex = Sex.FEMALE,
    iin: str | None = None,
    source_id: str | None = None,
    vault: Vault = VAULT,
) -> Person:
    """Somebody of `school`; without `iin` they have none, for a reason."""
    surname = surname or f"Сынақ{spelled(next(numbers))}"
    sealed = vault.seal(iin) if iin else None
    person = Person(school_id=school.id, sex=sex, birth_date=birth_date)
    person.identity = PersonIdentity(
        school_id=school.id,
        surname=surname,
        given_name=given_name,
        patronymic=patronymic,
        sort_key=sort_key(surname, given_name, patronymic),
        iin_index=sealed.index if sealed else None,
        iin_cipher=sealed.cipher if sealed else None,
        no_iin_reason=None if iin else NoIinReason.NOT_ISSUED,
        source_id=source_id,
    )
    session.add(person)
    session.flush()
    return person


def make_membership(
    session: Session,
    *,
    person: Person,
    school_class: SchoolClass | None = None,
    role: LearnerRole = LearnerRole.PUPIL,
    academic_year: str = "2026-27",
    ended_on: date | None = None,
) -> Membership:
    """The person's place in their school."""
    membership = Membership(
        person_id=person.id,
        school_id=person.school_id,
        academic_year=school_class.academic_year if school_class else academic_year,
        role=role,
        class_id=school_class.id if school_class else None,
        ended_on=ended_on,
    )
    session.add(membership)
    session.flush()
    return membership


def make_pupil(
    session: Session, *, school: School, school_class: SchoolClass | None = None, **details: object
) -> Person:
    """A person with a pupil's membership."""
    person = make_person(session, school=school, **details)
    make_membership(session, person=person, school_class=school_class)
    return person


def person_line(school: str, **cells: str) -> str:
    """A line of a people file: a pupil without IIN, except as `cells` say."""
    number = next(numbers)
    row = {
        "school_code": school,
        "academic_year": "2026-27",
        "class": "7 «Ә»",
        "grade": "7",
        "language": "kk",
        "surname": f"Сынақ{spelled(number)}",
        "given_name": "Айша",
        "patronymic": "",
        "birth_date": "2013-05-17",
        "sex": "female",
        "role": "pupil",
        "iin": "",
        "no_iin_reason": "" if cells.get("iin") else "not_issued",
        "source_id": "",
    }
    unknown = cells.keys() - row.keys()
    if unknown:
        raise KeyError(unknown)
    return ",".join((row | cells).values())


def people_file(*lines: str, header: str = PEOPLE_HEADER) -> IncomingFile:
    """A file of people."""
    return IncomingFile("people.csv", "\n".join([header, *lines, ""]).encode())


def schools_file(*lines: str) -> IncomingFile:
    """A file of schools."""
    return IncomingFile("schools.csv", "\n".join([SCHOOLS_HEADER, *lines, ""]).encode())
