import numpy as np
import pytest

from edu.demo.arrays import stream
from edu.demo.catalog import PLANS
from edu.demo.instrument import answer, earliest_stop, expected_score
from edu.demo.instruments import DIGITAL_LITERACY, HARDER_IN_RUSSIAN, SUBJECTS
from edu.demo.literacy import NO_PLAN
from edu.demo.nation import Nation, invent
from edu.demo.timetable import BASELINE, WAVES
from edu.demo.true_gains import LABELS, Cell, cells, labels, measured
from edu.demo.truth import truth
from ml.growth import paired_gain
from models.assessments import NOT_REACHED, OMITTED

ITEMS = DIGITAL_LITERACY.items


@pytest.fixture(scope="module")
def known() -> dict[str, list[Cell]]:
    """The true gains of a nation of 2,000."""
    return cells(1, 2_000)


def answers(rng: np.random.Generator, ability: np.ndarray, in_russian: np.ndarray) -> np.ndarray:
    """Responses to all items of digital literacy."""
    return answer(rng, ITEMS, DIGITAL_LITERACY.places(0)[[0] * len(ability)], ability, in_russian)


def scores_of(responses: np.ndarray) -> np.ndarray:
    """The share of right answers among the items reached, omitted ones wrong; 0 to 100."""
    reached = responses != NOT_REACHED
    return 100 * ((responses == 1) & reached).sum(axis=1) / reached.sum(axis=1)


def test_the_expected_score_is_the_mean_of_many_answers() -> None:
    rng = stream(1, "test")
    for ability, in_russian in ((-1.5, False), (0.0, True), (1.2, False)):
        many = np.full(40_000, ability)
        flags = np.full(40_000, in_russian)
        found = scores_of(answers(rng, many, flags)).mean()
        assert found == pytest.approx(expected_score(ITEMS, many[:1], flags[:1])[0], abs=0.2)


def test_items_are_omitted_by_the_unsure_and_not_reached_at_the_end() -> None:
    rng = stream(2, "test")
    low, high = (
        answers(rng, np.full(20_000, ability), np.zeros(20_000, bool)) for ability in (-1.5, 1.5)
    )
    assert (low == OMITTED).mean() > 1.5 * (high == OMITTED).mean()
    unreached = (low == NOT_REACHED).mean(axis=0)
    first = earliest_stop(len(ITEMS))
    assert not unreached[:first].any()
    assert (np.diff(unreached[first:]) >= 0).all()
    assert low.shape == (20_000, len(ITEMS))


def test_gains_differ_by_program_and_one_program_adds_nothing(known: dict[str, list[Cell]]) -> None:
    literacy = known[DIGITAL_LITERACY.code]
    found = {cell.program: cell for cell in literacy if cell.group is None}
    effects = {code: cell.expected.effect_latent for code, cell in found.items()}
    assert effects[None] == effects["gpt-pupils"] == 0
    assert effects["tomorrow-school"] > effects["ai-club"] > effects["day-of-ai"] > 0.2


def test_gains_differ_by_group() -> None:
    found = {
        (cell.program, cell.group, cell.label): cell.expected
        for cell in cells(1, 4_000)[DIGITAL_LITERACY.code]
    }
    day = "day-of-ai"
    girls, boys = (found[day, "sex", sex].effect_latent for sex in ("female", "male"))
    assert girls - boys == pytest.approx(0.08, abs=0.02)
    towns, villages = (found[day, "locality", kind].effect_latent for kind in ("urban", "rural"))
    assert towns > villages + 0.04
    kazakh, russian = (found[day, "language", code].effect_latent for code in ("kk", "ru"))
    assert kazakh > russian
    kyzylorda, north = (found[day, "region", code].effect_latent for code in ("43", "59"))
    assert kyzylorda > north + 0.1


def test_the_truth_is_the_same_for_the_same_nation_and_can_be_written_down() -> None:
    found = truth(seed=3, people=600)
    assert found == truth(seed=3, people=600)
    assert found["items_that_differ_by_language"] == ["DL07", "DL18"]
    assert len(found["items"]) == len(ITEMS)


def test_the_truth_of_the_subjects_names_their_items_booklets_and_abilities() -> None:
    found = truth(seed=3, people=600)
    assert list(found["subjects"]) == [one.code for one in SUBJECTS]
    for one in SUBJECTS:
        told = found["subjects"][one.code]
        assert [item["code"] for item in told["items"]] == list(one.items.codes)
        differing = {item["code"]: item["russian"] for item in told["items"] if item["russian"]}
        assert differing == HARDER_IN_RUSSIAN[one.code]
        assert told["items_that_differ_by_language"] == list(differing)
        assert [len(item["steps"]) for item in told["items"]] == one.items.points.tolist()
        assert [len(told["booklets"][name]) for name, _ in WAVES] == [7, 7]
        everybody = [row for row in told["abilities"] if row["group"] is None]
        assert [row["wave"] for row in everybody] == [name for name, _ in WAVES]
        for row in everybody:
            of_sexes = [
                other
                for other in told["abilities"]
                if (other["wave"], other["group"]) == (row["wave"], "sex")
            ]
            assert sum(other["persons"] for other in of_sexes) == row["persons"]


def test_true_gains_of_the_subjects_are_told_on_the_latent_scale(
    known: dict[str, list[Cell]],
) -> None:
    for one in SUBJECTS:
        by_program = {cell.program: cell.expected for cell in known[one.code] if not cell.group}
        gained = {mean.gain_latent for mean in by_program.values()}
        assert 0.05 < min(gained) < max(gained) < 0.3
        assert by_program["ai-club"].gain_score is None
        effect = by_program["ai-club"].effect_latent
        assert (0.03 < effect < 0.08) if one.code == "mathematics" else effect == 0


def test_who_takes_part_differed_before_from_who_did_not(usual: Nation) -> None:
    """Otherwise there would be nothing to adjust for."""
    truth_ = usual.literacy
    club = [plan.code for plan in PLANS].index("ai-club")
    grade = usual.people.grade_before
    pupils = truth_.before & (grade >= 7)
    takes, others = pupils & (truth_.plan == club), pupils & (truth_.plan == NO_PLAN)
    assert truth_.ability[takes].mean() > truth_.ability[others].mean() + 0.1
    assert grade[takes].mean() > grade[others].mean() + 0.1


@pytest.mark.slow
def test_estimates_lie_near_the_truth_as_often_as_they_say() -> None:
    """Of the 95 % intervals of six nations, nine in ten or more hold the expected gain."""
    known = {
        (one.program, one.group, one.label): one.expected
        for one in cells(1, 20_000)[DIGITAL_LITERACY.code]
    }
    held = [
        [low <= known[key].gain_score <= high for key, (low, high) in intervals(nation)]
        for nation in (invent(20_000, seed) for seed in range(1, 7))
    ]
    assert all(len(one) > 40 for one in held)
    assert min(np.mean(one) for one in held) > 0.8
    assert np.mean([holds for one in held for holds in one]) >= 0.9


def intervals(nation: Nation):
    """Program, group and label with the interval of the mean gain, as the service estimates it."""
    truth_ = nation.literacy
    rng = stream(nation.seed, "estimates")
    abilities = (truth_.ability, truth_.ability + truth_.gain)
    pre, post = (scores_of(answers(rng, ability, truth_.in_russian)) for ability in abilities)
    schools = nation.people.school_on(BASELINE[0])
    for number, plan in enumerate(PLANS):
        who = truth_.before & truth_.after & truth_.finished & (truth_.plan == number)
        if not who.any():
            continue
        for group, places in labels(nation, who).items():
            if (places < 0).any():
                continue
            names = np.array(LABELS[group], dtype=object)[places]
            found = paired_gain(pre[who], post[who], groups=names, clusters=schools[who])
            for one in found.estimates:
                if one.name == "gain" and one.group is not None:
                    yield (plan.code, group, one.group), one.interval


def test_only_those_with_both_waves_are_counted(small: Nation) -> None:
    truth_ = small.literacy
    both = truth_.before & truth_.after
    assert len(measured(small)[DIGITAL_LITERACY.code].program) <= both.sum()
