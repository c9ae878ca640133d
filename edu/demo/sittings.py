"""The sittings of the invented tests: when, with which booklet, and what is answered."""

from dataclasses import dataclass

import numpy as np

from edu.demo.arrays import Days, Flags, Integers, rank_within, stream
from edu.demo.instrument import Instrument, Responses, answer
from edu.demo.instruments import DIGITAL_LITERACY
from edu.demo.nation import Nation
from edu.demo.timetable import WAVES


@dataclass(frozen=True, eq=False)
class Sat:
    """The sittings of one wave, one row each; responses are (n_sittings, n_items)."""

    person: Integers
    school: Integers
    in_russian: Flags
    on: Days
    booklet: Integers
    responses: Responses


def sit(nation: Nation, instrument: Instrument) -> tuple[Sat, ...]:
    """What everybody answers, wave by wave."""
    days = sitting_days(nation, instrument)
    return tuple(sit_wave(nation, instrument, wave, days[wave]) for wave in range(len(WAVES)))


def sit_wave(nation: Nation, instrument: Instrument, wave: int, days: Days) -> Sat:
    """What everybody answers in one wave, on the day when each would sit it."""
    name, (first, _) = WAVES[wave]
    skill = nation.skills[instrument.code]
    who, ability = skill.in_wave(wave)
    school, in_russian = nation.people.school_on(first)[who], skill.in_russian[who]
    places = instrument.places(wave)
    booklet = hand_out(stream_of(nation, instrument, f"booklets {name}"), len(places), school)
    rng = stream_of(nation, instrument, f"answers {name}")
    responses = answer(rng, instrument.items, places[booklet], ability, in_russian)
    return Sat(who, school, in_russian, days[who], booklet, responses)


def stream_of(nation: Nation, instrument: Instrument, part: str) -> np.random.Generator:
    """Random numbers for a part of a test. Those of digital literacy are named as they were when
    there was no other, so that its answers stay."""
    own = "" if instrument is DIGITAL_LITERACY else f" {instrument.code}"
    return stream(nation.seed, part + own)


def hand_out(rng: np.random.Generator, booklets: int, school: Integers) -> Integers:
    """The booklet of each person: in every school they take turns, from a random one on."""
    first = rng.integers(0, booklets, int(school.max(initial=0)) + 1)
    return (first[school] + rank_within(school, rng.random(len(school)))) % booklets


def sitting_days(nation: Nation, instrument: Instrument) -> list[Days]:
    """When each person would sit each wave: a day of the school's, or one of the next four."""
    rng = stream_of(nation, instrument, "sitting days")
    people = nation.people
    days = []
    for _, (first, last) in WAVES:
        span = int((last - first).astype(np.int64)) - 4
        of_school = rng.integers(0, span + 1, len(nation.schools.region))[people.school_on(first)]
        shift = of_school + rng.integers(0, 5, len(people))
        day = first + shift.astype("timedelta64[D]")
        weekend = (day.astype(np.int64) + 3) % 7 >= 5  # day 0 was a Thursday
        days.append(np.asarray(np.where(weekend, day - np.timedelta64(2, "D"), day)))
    return days
