"""Mathematics, reading and science: who sees which items, and what is left without an answer."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from edu.demo.arrays import stream
from edu.demo.instrument import ELSEWHERE, Instrument, answer, earliest_stop
from edu.demo.instruments import (
    CLUSTER_SIZE,
    CLUSTERS,
    CLUSTERS_AT_ONCE,
    DIGITAL_LITERACY,
    INSTRUMENTS,
    SUBJECTS,
)
from edu.demo.nation import Nation
from edu.demo.sittings import hand_out, sit
from edu.demo.timetable import WAVES
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED

WAVE_NUMBERS = range(len(WAVES))
every_subject = pytest.mark.parametrize("one", SUBJECTS, ids=lambda one: one.code)


def clusters_of(one: Instrument, wave: int) -> list[list[int]]:
    """The clusters of each booklet in their order."""
    first_items = one.booklets[wave][:, ::CLUSTER_SIZE]
    return (first_items // CLUSTER_SIZE).tolist()


@every_subject
@pytest.mark.parametrize("wave", WAVE_NUMBERS)
def test_every_cluster_comes_as_often_in_each_part_of_a_booklet(one: Instrument, wave: int) -> None:
    booklets = clusters_of(one, wave)
    for part in range(3):
        assert sorted(booklet[part] for booklet in booklets) == list(CLUSTERS[wave])


@every_subject
@pytest.mark.parametrize("wave", WAVE_NUMBERS)
def test_any_two_booklets_are_linked_by_one_cluster(one: Instrument, wave: int) -> None:
    for mine, yours in combinations(clusters_of(one, wave), 2):
        assert len(set(mine) & set(yours)) == 1


@every_subject
def test_new_items_have_come_in_place_of_old_ones_and_the_rest_links_the_waves(
    one: Instrument,
) -> None:
    first, last = (set(one.booklets[wave].ravel().tolist()) for wave in WAVE_NUMBERS)
    assert len(last - first) == len(first - last) == CLUSTER_SIZE
    assert first | last == set(range(len(one.items)))
    differing = {one.items.codes.index(code) for code in one.items.differing}
    assert differing <= first & last


def test_in_every_school_booklets_take_turns() -> None:
    school = np.repeat(np.arange(40), np.arange(1, 41))
    booklet = hand_out(stream(1, "test"), 7, school)
    for here in range(40):
        counts = np.bincount(booklet[school == here], minlength=7)
        assert counts.max() - counts.min() <= 1
    assert set(booklet[np.unique(school, return_index=True)[1]].tolist()) == set(range(7))


@every_subject
def test_each_person_is_presented_the_items_of_the_booklet_and_no_other(
    one: Instrument, usual: Nation
) -> None:
    for wave, sat in enumerate(sit(usual, one)):
        presented = sat.responses != NOT_PRESENTED
        assert ((one.places(wave)[sat.booklet] != ELSEWHERE) == presented).all()
        assert set(presented.sum(axis=1).tolist()) == {3 * CLUSTER_SIZE}
        counts = np.bincount(sat.booklet, minlength=CLUSTERS_AT_ONCE)
        assert counts.min() > 0.9 * counts.max()
        assert presented.mean() == pytest.approx(18 / 48)
        in_wave = sorted(set(one.booklets[wave].ravel().tolist()))
        assert presented[:, in_wave].mean(axis=0) == pytest.approx(3 / 7, abs=0.02)


@every_subject
def test_only_the_end_of_a_booklet_is_not_reached(one: Instrument, usual: Nation) -> None:
    for wave, sat in enumerate(sit(usual, one)):
        in_order = np.take_along_axis(sat.responses, one.booklets[wave][sat.booklet], axis=1)
        missed = in_order == NOT_REACHED
        assert (np.diff(missed.astype(int), axis=1) >= 0).all()
        assert not missed[:, : earliest_stop(in_order.shape[1])].any()
        assert 0.03 < missed[:, -1].mean() < 0.09
        assert 0.02 < (in_order == OMITTED).mean() < 0.06


@pytest.mark.parametrize("one", INSTRUMENTS, ids=lambda one: one.code)
def test_every_point_of_every_item_is_got_by_somebody_and_no_more(
    one: Instrument, usual: Nation
) -> None:
    responses = np.concatenate([sat.responses for sat in sit(usual, one)])
    assert (responses.max(axis=0) == one.items.points).all()
    for item, points in enumerate(one.items.points.tolist()):
        given = Counter(responses[:, item].tolist())
        assert min(given[point] for point in range(points + 1)) > 30
    assert Counter(one.items.points.tolist()) == (
        {1: 30} if one is DIGITAL_LITERACY else {1: 40, 2: 8}
    )


def test_points_are_got_as_often_as_the_model_says() -> None:
    """Muraki's formula, written out for one item of two points."""
    items = SUBJECTS[0].items
    item = int(np.flatnonzero(items.points == 2)[0])
    a, (first, second), ability = items.a[item], items.steps[item], 0.4
    weights = np.exp([0, a * (ability - first), a * (2 * ability - first - second)])
    count = 40_000
    place = np.zeros((count, len(items)), dtype=int)
    found = answer(stream(1, "test"), items, place, np.full(count, ability), np.zeros(count, bool))
    given = found[found[:, item] >= 0, item]
    share = np.bincount(given, minlength=3) / len(given)
    assert share == pytest.approx(weights / weights.sum(), abs=0.01)
