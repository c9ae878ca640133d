"""The days on which the invented nation lives."""

from edu.demo.arrays import day

TODAY = day("2026-11-23")
YEAR_BEFORE = "2025-26"
YEAR = "2026-27"
YEAR_BEGINS = {YEAR_BEFORE: day("2025-09-01"), YEAR: day("2026-09-01")}
YEAR_ENDS = {YEAR_BEFORE: day("2026-05-25"), YEAR: day("2027-05-25")}

BASELINE = (day("2025-09-15"), day("2025-10-10"))
ENDLINE = (day("2026-05-04"), day("2026-05-22"))
# The waves of every test, in their order.
WAVES = (("baseline", BASELINE), ("endline", ENDLINE))
