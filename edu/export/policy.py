"""What protects the persons of a release. Nothing else in this package decides a number.

Source: the project's disclosure rules, level "researcher" (k, dropped share, district as the
finest place, tables from 10, pseudonyms), and its statistics rules, no. 9 (30 persons, 5 schools).
Changing one of these is a decision of the data owner, not of a program.
"""

LEVEL = "researcher"

# Every released person shares all quasi-identifiers with at least K - 1 others.
K = 10
# At most this share of the persons may be left out to reach K; none is ever starred.
MAX_SHARE_DROPPED = 0.05

# No figure for fewer than these may be shown, hence none may be computed from a release.
MIN_PERSONS = 30
MIN_SCHOOLS = 5

# A number of persons below this is not told to anybody before the release is made.
SMALLEST_COUNT = 10

# HMAC-SHA-256 under a fresh key for each release; the key is never stored.
KEY_BYTES = 32
PSEUDONYM_BYTES = 16

# Scores to two decimals: enough for every analysis, too little to recognize a person by.
SCORE_DECIMALS = 2

MOST_WAVES = 10
