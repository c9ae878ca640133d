"""The whole national analysis: a million people, 20 regions, four programs given to schools.

Everything that the service does once it has read the registry, through the same functions
(`arms_of`, `material_of`, `answer`): gains, effects with their checks, effects by region, sex,
language and locality, whether effects differ, and whatever else an answer tells. No database is
asked: the cohort is invented as the arrays that reading gives, and the time of reading is not in
these figures. In a process of its own, so that its peak of memory is the analysis' and the
cohort's.
"""

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from edu.outcomes.analyses.comparison.arms import arms_of
from edu.outcomes.analyses.comparison.frames import Register
from edu.outcomes.analyses.comparison.material import material_of
from edu.outcomes.analyses.definition import Definition, Pool
from edu.outcomes.analyses.estimates.answers import Question, answer
from edu.scoring.progress import Untold
from ml.parallel import worker_count
from tests.bench.harness import Measurement, benchmark

PEOPLE, SCHOOLS, REGIONS, PROGRAMS, DRAWS = 1_000_000, 8_000, 20, 4, 10
SECONDS, GIGABYTES = 120.0, 4.0
# One school in ten takes each program.
SHARE = 0.1
EFFECTS = (10.0, 15.0, 20.0, 25.0)
# Lower bounds of the scale's levels.
LEVELS = (420.0, 500.0, 580.0)


@benchmark("national")
def national() -> list[Measurement]:
    """Seconds of all four programs and of each, peak of memory, and the worst error.

    "processor": processor seconds over the number of processors, a floor for the clock where
    nobody else uses the machine; gains, the placebo and groups are estimated on one processor.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(analysed, PEOPLE, SCHOOLS).result()
    seconds, processor = sum(found.seconds), sum(found.processor) / worker_count()
    name = f"national, {PEOPLE:,} × {REGIONS} × {PROGRAMS}"
    return [
        *(
            Measurement(f"program {number + 1}", each, "s")
            for number, each in enumerate(found.seconds)
        ),
        Measurement(name, seconds, "s", SECONDS, "bound"),
        Measurement(f"{name}, processor", processor, "s", SECONDS, "bound"),
        Measurement(f"{name}, peak memory", found.gigabytes, "GB", GIGABYTES, "bound"),
        Measurement("error of the effects / se, worst", found.worst, "", 3.0, "bound"),
    ]


@dataclass(frozen=True)
class Found:
    """Of each program: seconds and processor seconds. worst: |estimate − truth| / se."""

    seconds: list[float]
    processor: list[float]
    gigabytes: float
    worst: float


def analysed(people: int, schools: int) -> Found:
    """All programs, one after the other, as the service's queue runs them."""
    cohort = invented(people, schools)
    seconds, processor, errors = [], [], []
    for program in range(PROGRAMS):
        begin, used = time.perf_counter(), time.process_time()
        estimate = analysis(cohort, program)["report"]["effect"]["estimate"]
        seconds.append(time.perf_counter() - begin)
        processor.append(time.process_time() - used)
        errors.append(abs(estimate["value"] - EFFECTS[program]) / estimate["se"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return Found(seconds, processor, peak, max(errors))


@dataclass(frozen=True, eq=False)
class Cohort:
    """A register without the flags of any program; program: (n,) which one, or −1.

    months: (n,) in the program, of whoever takes one.
    """

    schools: np.ndarray
    program: np.ndarray
    sat_last: np.ndarray
    labels: dict[str, np.ndarray]
    pre: np.ndarray
    post: np.ndarray
    months: np.ndarray
    scores: dict[str, np.ndarray]

    def register(self, program: int) -> Register:
        """The registry as an analysis of this program reads it."""
        everybody = np.ones(len(self.schools), dtype=np.bool_)
        return Register(
            schools=self.schools,
            flags={
                "known": everybody,
                "took": self.program == program,
                "gave_up": ~everybody,
                "other": (self.program >= 0) & (self.program != program),
                "sat_first": everybody,
                "sat_last": self.sat_last,
            },
            labels=self.labels,
            pre=self.pre,
            post=self.post,
            months=np.where(self.program == program, self.months, np.nan),
            fingerprint="",
            **self.scores,
        )


def analysis(cohort: Cohort, program: int) -> dict[str, Any]:
    """What `edu.outcomes.analyses.service.run_analysis` does between reading and writing."""
    register = cohort.register(program)
    asked = Definition(program=f"program-{program + 1}", comparison=Pool.NATION)
    arms = arms_of(register, asked.comparison, np.ones(register.size, dtype=np.bool_))
    material, _ = material_of(register, arms)
    return answer(material, Question(asked, arms, LEVELS), Untold())


def invented(people: int, schools: int) -> Cohort:
    """Pupils of grades 5 to 8; programs prefer towns a little; 3 percent have no second score."""
    generator = np.random.default_rng(0)
    home = np.sort(generator.integers(0, schools, people))
    region, urban = np.arange(schools) % REGIONS, generator.random(schools) < 0.6
    program = given(urban, generator)[home]
    girl, grade = generator.random(people) < 0.5, generator.integers(5, 9, people)
    kazakh = (generator.random(schools) < 0.7)[home]
    before = 500 + 30 * generator.normal(size=schools)[home] + 15 * urban[home]
    before += 8 * girl + 10 * (grade - 5) + 80 * generator.normal(size=people)
    after = 90 + 0.85 * before + 5 * generator.normal(size=schools)[home]
    after += np.array([*EFFECTS, 0.0])[program] + 25 * generator.normal(size=people)
    sat_last = generator.random(people) >= 0.03
    pre, post = drawn(before, generator), drawn(after, generator)
    post[~sat_last] = np.nan
    noise = 10 * generator.normal(size=(2, people))
    return Cohort(
        schools=home + 1,
        program=program,
        sat_last=sat_last,
        labels={
            "region": named([f"{10 + number}" for number in range(REGIONS)], region[home]),
            "sex": named(["male", "female"], girl),
            "language": named(["ru", "kk"], kazakh),
            "locality": named(["rural", "urban"], urban[home]),
            "role": named(["pupil"], np.zeros(people, dtype=np.int64)),
            "grade": named(["5", "6", "7", "8"], grade - 5),
            "version": named(["ru", "kk"], kazakh ^ (generator.random(people) < 0.05)),
        },
        pre=pre,
        post=post,
        months=generator.uniform(4.0, 9.0, people),
        scores={
            "pre_score": before + noise[0],
            "pre_error": np.full(people, 10.0),
            "post_score": np.where(sat_last, after + noise[1], np.nan),
        },
    )


def given(urban: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """The program of each school, or −1."""
    chance = SHARE * PROGRAMS * np.where(urban, 1.1, 0.85)
    chosen = generator.integers(0, PROGRAMS, urban.size)
    return np.where(generator.random(urban.size) < chance, chosen, -1)


def drawn(values: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """(n, DRAWS) plausible values, whose error is 10 points."""
    found = generator.normal(size=(values.size, DRAWS))
    found *= 10
    found += values[:, None]
    return found


def named(names: list[str], codes: np.ndarray) -> np.ndarray:
    """(n,) labels as reading gives them."""
    return np.array(names, dtype=object)[codes.astype(np.int64)]
