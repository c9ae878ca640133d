"""When people leave: how much of the risk lies behind those who are still there."""

import numpy as np

from ml.checks import FloatArray

GRID = np.linspace(0.0, 1.0, 21)


def risk_behind(left: FloatArray, left_at: FloatArray) -> FloatArray:
    """The share of the cumulative hazard that has passed at each point of GRID; shape (21,).

    left: (n,) 0 and 1. left_at: (n,) the part of their time that had passed, 0 … 1; used only of
    those who left. The Nelson–Aalen estimator over all people, as a share of its end, drawn
    straight between the points of the grid.
    Source: Nelson (1972), Aalen (1978); the same profile for everybody is Cox's proportional
    hazards (1972, JRSS B 34).
    """
    times = np.sort(np.clip(left_at[left > 0], 0.0, 1.0))
    at_risk = left.size - np.arange(times.size)
    hazard = np.concatenate([[0.0], np.cumsum(1.0 / at_risk)])
    passed = hazard[np.searchsorted(times, GRID, side="right")]
    passed[0], passed[-1] = 0.0, hazard[-1]
    return np.asarray(passed / hazard[-1])


def still_ahead(profile: FloatArray, elapsed: FloatArray) -> FloatArray:
    """(n,) the share of the hazard that lies ahead of people whose time has passed by `elapsed`."""
    return 1.0 - np.interp(np.clip(elapsed, 0.0, 1.0), GRID, profile)
