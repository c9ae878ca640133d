"""Mathematics, reading and science: how able pupils are, and what a test of the items finds."""

import numpy as np
import pytest

from edu.demo.arrays import NOBODY
from edu.demo.instrument import Instrument
from edu.demo.instruments import HARDER_IN_RUSSIAN, INSTRUMENTS, SUBJECTS
from edu.demo.nation import Nation, invent
from edu.demo.population import FEMALE, PUPIL
from edu.demo.sittings import Sat, sit
from edu.demo.timetable import BASELINE
from ml.irt import mantel_haenszel
from ml.irt.dif import DifItem
from models.assessments import OMITTED

every_subject = pytest.mark.parametrize("one", SUBJECTS, ids=lambda one: one.code)


def functioning(one: Instrument, waves: tuple[Sat, ...]) -> dict[str, DifItem]:
    """What the test of Mantel and Haenszel says of each item, Russian against Kazakh."""
    responses = np.concatenate([sat.responses for sat in waves]).astype(float)
    responses[responses == OMITTED] = 0
    responses[responses < 0] = np.nan
    in_russian = np.concatenate([sat.in_russian for sat in waves])
    languages = np.where(in_russian, "ru", "kk")
    found = mantel_haenszel(responses, languages, focal="ru", names=one.items.codes)
    return {item.item: item for item in found}


@every_subject
def test_the_items_that_differ_by_language_are_found(one: Instrument, usual: Nation) -> None:
    found = functioning(one, sit(usual, one))
    for code, shift in HARDER_IN_RUSSIAN[one.code].items():
        assert found[code].ets == "C"
        assert found[code].direction == -np.sign(shift)
    others = [item for code, item in found.items() if code not in HARDER_IN_RUSSIAN[one.code]]
    assert sum(item.ets != "A" for item in others) <= 1  # one of 46 by chance
    assert not any(item.ets == "C" for item in others)


@every_subject
def test_pupils_of_grades_8_to_10_sit_and_nobody_else(one: Instrument, usual: Nation) -> None:
    people, skill = usual.people, usual.skills[one.code]
    meant = (people.role == PUPIL) & (people.grade_before >= 8) & (people.grade_before <= 10)
    meant &= people.school_on(BASELINE[0]) != NOBODY
    assert not ((skill.before | skill.after) & ~meant).any()
    assert 0.9 < skill.before[meant].mean() < 0.96
    assert 0.8 < skill.after[skill.before].mean() < 0.95
    assert (skill.after & ~skill.before).any()


def test_abilities_hang_together(usual: Nation) -> None:
    sat = np.logical_and.reduce([skill.before for skill in usual.skills.values()])
    found = np.corrcoef([usual.skills[one.code].ability[sat] for one in INSTRUMENTS])
    assert found[0, 1:] == pytest.approx(0.6, abs=0.05)
    assert found[1:, 1:][np.triu_indices(3, 1)] == pytest.approx(0.8, abs=0.03)


@every_subject
def test_schools_differ(one: Instrument, usual: Nation) -> None:
    """The share of the variance that lies between schools; one school holds a quarter of all."""
    skill = usual.skills[one.code]
    school = usual.people.school_on(BASELINE[0])
    _, place = np.unique(school[skill.before], return_inverse=True)
    ability = skill.ability[skill.before]
    size = np.bincount(place)
    mean = np.bincount(place, weights=ability) / size
    within = ((ability - mean[place]) ** 2).sum() / (len(ability) - len(size))
    assert 0.12 < 1 - within / ability.var() < 0.35


def test_girls_read_better_and_towns_are_ahead(usual: Nation) -> None:
    people, schools = usual.people, usual.schools
    girls = people.sex == FEMALE
    urban = schools.urban[people.school_on(BASELINE[0])]
    gaps = {}
    for one in SUBJECTS:
        skill = usual.skills[one.code]
        ability, sat = skill.ability, skill.before
        gaps[one.code] = ability[sat & girls].mean() - ability[sat & ~girls].mean()
        assert ability[sat & urban].mean() > ability[sat & ~urban].mean() + 0.1
    assert gaps["reading"] > 0.2 > gaps["science"] > gaps["mathematics"]


def test_programs_add_a_little_to_mathematics_and_nothing_to_the_rest(usual: Nation) -> None:
    literacy = usual.literacy
    for one in SUBJECTS:
        effect = usual.skills[one.code].effect
        share = 0.1 if one.code == "mathematics" else 0.0
        assert effect == pytest.approx(share * literacy.effect)


@pytest.mark.parametrize("one", INSTRUMENTS, ids=lambda one: one.code)
def test_the_same_seed_gives_the_same_answers_and_another_one_others(one: Instrument) -> None:
    first, again, other = (sit(invent(600, seed), one) for seed in (1, 1, 2))
    for mine, same, different in zip(first, again, other, strict=True):
        for name in ("person", "on", "booklet", "responses"):
            assert (getattr(mine, name) == getattr(same, name)).all()
        assert mine.responses.tolist() != different.responses.tolist()
