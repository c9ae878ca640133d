"""Who gives up a course: what of it hangs on the records, so that advice can be held against it."""

import numpy as np

from edu.demo.arrays import Flags, Integers, Numbers, logistic
from edu.demo.population import BIRTH_YEAR_OF_GRADE_1, PUPIL, People

# Log-odds of giving up. All of it can be seen in the records; nothing hangs on ability, sex or
# language, so that who is left is no better than who left.
BASE = -2.75
LATE = 1.0
OLDER = 0.6
FOR_EACH_GRADE = 0.07
ADULT = 0.25
# Who applies in the last days before the start, or after it, is late.
LAST_DAYS = np.timedelta64(14, "D")
MIDDLE_GRADE = 6


def leanings(people: People, grade: Integers) -> Numbers:
    """The log-odds of giving up as far as the person's own record tells; shape (n,)."""
    pupil = people.role == PUPIL
    above = np.where(pupil & (grade > 0), grade - MIDDLE_GRADE, 0)
    odds = BASE + OLDER * (pupil & is_older(people)) + FOR_EACH_GRADE * above + ADULT * ~pupil
    return np.asarray(odds, dtype=np.float64)


def is_older(people: People) -> Flags:
    """Whether a pupil began school a year later than most."""
    born = people.born.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.asarray(born < BIRTH_YEAR_OF_GRADE_1 + 1 - people.grade)


def chance_of_leaving(leaning: Numbers, late: Flags) -> Numbers:
    """The probability of giving up before the end; shape (n,)."""
    return logistic(leaning + LATE * late)


def formula() -> dict[str, float]:
    """The true log-odds of giving up, as they are told beside the estimates."""
    return {
        "base": BASE,
        "applied_less_than_14_days_before_the_start": LATE,
        "older_than_most_of_the_grade": OLDER,
        "for_each_grade_above_the_middle": FOR_EACH_GRADE,
        "adult": ADULT,
    }
