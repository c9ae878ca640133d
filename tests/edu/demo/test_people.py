from collections import Counter
from datetime import date

import numpy as np

from edu.demo.arrays import NOBODY
from edu.demo.classes import CLASS_SIZE, invent_classes
from edu.demo.geography import LANGUAGES
from edu.demo.naming import invent_names
from edu.demo.nation import Nation
from edu.demo.numbers import invent_iins, reasons_for
from edu.demo.population import FEMALE, PUPIL, STUDENT, TEACHER, memberships
from edu.demo.timetable import TODAY, YEAR, YEAR_BEFORE
from edu.registry.iin import check_iin, read_coded
from edu.registry.names import check_name
from models.people import NoIinReason, Sex

TODAY_DATE = TODAY.astype(date)


def test_there_are_as_many_people_as_were_asked_for(small: Nation, usual: Nation) -> None:
    assert len(small.people) == 600
    assert len(usual.people) == 20_000


def test_pupils_are_as_old_as_their_grade_wants(usual: Nation) -> None:
    people = usual.people
    pupils = people.role == PUPIL
    year = people.born[pupils].astype("datetime64[Y]").astype(int) + 1970
    on_time = 2021 - people.grade[pupils]
    assert np.isin(on_time - year, (0, 1)).all()
    assert (on_time == year).mean() > 0.8
    assert set(people.grade[pupils].tolist()) == set(range(1, 12))


def test_adults_have_no_grade_and_are_grown_up(usual: Nation) -> None:
    people = usual.people
    assert not people.grade[people.role != PUPIL].any()
    teachers = people.born[people.role == TEACHER]
    assert teachers.max() < np.datetime64("2004-12-31")


def test_every_school_has_a_teacher(usual: Nation) -> None:
    people, schools = usual.people, usual.schools
    counts = np.bincount(people.school[people.role == TEACHER], minlength=len(schools.region))
    assert counts[schools.general].min() >= 1
    assert not counts[~schools.general].any()


def test_students_belong_to_universities_and_colleges(usual: Nation) -> None:
    people = usual.people
    assert not usual.schools.general[people.school[people.role == STUDENT]].any()


def test_seven_in_ten_pupils_are_taught_in_kazakh_and_every_language_occurs(usual: Nation) -> None:
    people = usual.people
    shares = np.bincount(people.language[people.role == PUPIL], minlength=len(LANGUAGES))
    shares = shares / shares.sum()
    assert 0.62 <= shares[0] <= 0.82
    assert (shares > 0).all()


def test_a_class_has_one_school_grade_and_language_and_at_most_25_pupils(usual: Nation) -> None:
    people = usual.people
    classes = invent_classes(people)
    pupils = np.flatnonzero(people.role == PUPIL)
    now = classes.now[pupils]
    assert (classes.school[now] == people.school[pupils]).all()
    assert (classes.grade[now] == people.grade[pupils]).all()
    assert (classes.language[now] == people.language[pupils]).all()
    sizes = np.bincount(now, minlength=len(classes.school))
    assert sizes.max() <= CLASS_SIZE
    assert sizes[classes.year == 1].min() >= 1
    keys = list(zip(classes.year, classes.school, classes.names, strict=True))
    assert len(set(keys)) == len(keys)


def test_classes_are_lettered_by_the_kazakh_alphabet(usual: Nation) -> None:
    names = set(invent_classes(usual.people).names)
    assert {"7 «А»", "7 «Ә»", "7 «Б»"} <= names


def test_pupils_were_a_grade_below_the_year_before(usual: Nation) -> None:
    people = usual.people
    classes = invent_classes(people)
    before = np.flatnonzero(classes.before != NOBODY)
    assert (classes.grade[classes.before[before]] == people.grade[before] - 1).all()
    assert (classes.before[people.grade == 1] == NOBODY).all()


def test_whoever_moves_leaves_one_school_and_belongs_to_another(usual: Nation) -> None:
    people = usual.people
    person, school, year, ended_on = memberships(people)
    rows = list(zip(person.tolist(), school.tolist(), year, strict=True))
    assert len(set(rows)) == len(rows)
    assert set(year) == {YEAR_BEFORE, YEAR}
    ended = ~np.isnat(ended_on)
    assert ended.sum() > 100
    assert (school[ended] == people.former[person[ended]]).all()
    assert (people.former[person[ended]] != people.school[person[ended]]).all()
    assert set(person.tolist()) == set(range(len(people)))


def test_numbers_are_valid_unique_and_impossible(usual: Nation) -> None:
    iins = [iin for iin in invent_iins(1, usual.people) if iin]
    assert len(set(iins)) == len(iins)
    for iin in iins:
        assert check_iin(iin) == iin
        born = read_coded(iin).birth_date
        assert born is not None
        assert born > TODAY_DATE


def test_the_sex_in_a_number_is_the_persons(small: Nation) -> None:
    for iin, sex in zip(invent_iins(1, small.people), small.people.sex.tolist(), strict=True):
        if iin:
            assert read_coded(iin).sex is (Sex.FEMALE if sex == FEMALE else Sex.MALE)


def test_a_few_have_no_number_but_a_reason(small: Nation) -> None:
    iins = invent_iins(1, small.people)
    reasons = reasons_for(iins)
    assert all((iin is None) != (reason is None) for iin, reason in zip(iins, reasons, strict=True))
    assert {reason for reason in reasons if reason} == {reason.value for reason in NoIinReason}
    assert iins.count(None) < 0.05 * len(iins)


def test_names_follow_kazakh_and_russian_naming(usual: Nation) -> None:
    names = invent_names(1, usual.people)
    female = usual.people.sex == FEMALE
    endings = Counter()
    for woman, patronymic in zip(female.tolist(), names.patronymics, strict=True):
        if patronymic:
            kazakh = patronymic.endswith("қызы" if woman else "ұлы")
            russian = patronymic.endswith("на" if woman else "ич")
            assert kazakh or russian, patronymic
            endings[kazakh] += 1
    assert min(endings.values()) > 1000


def test_names_hold_hyphens_apostrophes_and_single_words(usual: Nation) -> None:
    names = invent_names(1, usual.people)
    assert any("-" in name for name in names.surnames)
    assert any("-" in name for name in names.given_names)
    assert any("’" in name for name in names.surnames)
    assert "" in names.given_names
    assert None in names.patronymics
    for name in {*names.surnames, *filter(None, names.given_names)}:
        check_name(name, "surname")
    for name in {name for name in names.patronymics if name}:
        check_name(name, "patronymic")
