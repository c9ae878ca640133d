"""People, their names and numbers, and their places in schools as their tables hold them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy.orm import Session

from edu.demo.arrays import NOBODY, Integers
from edu.demo.classes import YEARS, Classes
from edu.demo.naming import invent_names
from edu.demo.numbers import invent_iins, reasons_for
from edu.demo.population import FEMALE, ROLES, People, memberships
from edu.demo.write_places import Places
from edu.demo.writing import days_or_none, reserve_ids, write
from edu.registry.names import sort_key
from edu.registry.vault import Vault
from models.people import Membership, Person, PersonIdentity, Sex

REGISTERED = (datetime(2025, 8, 25, 5, tzinfo=UTC), datetime(2026, 8, 24, 5, tzinfo=UTC))


def write_people(session: Session, people: People, places: Places) -> Integers:
    """Write people without their names; their ids."""
    ids = reserve_ids(session, Person, len(people))
    registered = [REGISTERED[late] for late in (people.former == NOBODY).tolist()]
    write(
        session,
        Person,
        {
            "id": ids,
            "school_id": places.schools[people.school].tolist(),
            "sex": [
                Sex.FEMALE.value if sex == FEMALE else Sex.MALE.value for sex in people.sex.tolist()
            ],
            "birth_date": people.born.tolist(),
            "created_at": registered,
            "updated_at": registered,
        },
    )
    return np.array(ids)


def write_identities(
    session: Session, seed: int, people: People, ids: tuple[Integers, Places], vault: Vault
) -> None:
    """Write names, sort keys, and the numbers, encrypted."""
    person_ids, places = ids
    names = invent_names(seed, people)
    iins = invent_iins(seed, people)
    sealed = [vault.seal(iin) if iin else None for iin in iins]
    parts = zip(names.surnames, names.given_names, names.patronymics, strict=True)
    write(
        session,
        PersonIdentity,
        {
            "person_id": person_ids.tolist(),
            "school_id": places.schools[people.school].tolist(),
            "surname": names.surnames,
            "given_name": names.given_names,
            "patronymic": names.patronymics,
            "sort_key": [sort_key(*name) for name in parts],
            "iin_cipher": [one and one.cipher for one in sealed],
            "iin_index": [one and one.index for one in sealed],
            "no_iin_reason": reasons_for(iins),
            "source_id": [f"J{number:07d}" for number in range(1, len(people) + 1)],
        },
    )


def write_memberships(
    session: Session,
    people: People,
    classes: Classes,
    ids: tuple[Integers, Places, Integers],
) -> None:
    """Write everybody's places in schools of both years, with their classes."""
    person_ids, places, class_ids = ids
    person, school, years, ended_on = memberships(people)
    write(
        session,
        Membership,
        {
            "id": reserve_ids(session, Membership, len(person)),
            "person_id": person_ids[person].tolist(),
            "school_id": places.schools[school].tolist(),
            "academic_year": years,
            "role": [ROLES[role].value for role in people.role[person].tolist()],
            "class_id": classes_of(classes, person, school, years, class_ids),
            "ended_on": days_or_none(ended_on),
        },
    )


def classes_of(
    classes: Classes, person: Integers, school: Integers, years: Sequence[str], ids: Integers
) -> list[int | None]:
    """The class of each membership; None where the person had none in that school and year."""
    now = np.array([year == YEARS[1] for year in years])
    place = np.where(now, classes.now[person], classes.before[person])
    fits = (place != NOBODY) & (classes.school[place] == school)
    return [
        key if fit else None for key, fit in zip(ids[place].tolist(), fits.tolist(), strict=True)
    ]
