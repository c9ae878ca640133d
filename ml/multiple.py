"""Several tests at once: p values as Holm and as Benjamini & Hochberg adjust them."""

import numpy as np

from ml.checks import FloatArray, Numbers, as_plain
from ml.errors import StatisticsError


def holm(p_values: Numbers) -> FloatArray:
    """(k,) adjusted p values; those below α keep the chance of any false find below α.

    Source: Holm (1979, Scandinavian Journal of Statistics 6). Errors: invalid_p_value.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((p.size - np.arange(p.size)) * p[order])
    return _unordered(np.minimum(stepped, 1.0), order)


def benjamini_hochberg(p_values: Numbers) -> FloatArray:
    """(k,) adjusted p values; of those below α at most a share α is expected to be false.

    Source: Benjamini & Hochberg (1995, JRSS B 57). Errors: invalid_p_value.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    stepped = np.minimum.accumulate(scaled[::-1])[::-1]
    return _unordered(np.minimum(stepped, 1.0), order)


def _checked(p_values: Numbers) -> FloatArray:
    p = as_plain(p_values, "p_values")  # of a nation they may be next to nothing, all of them
    if p.ndim != 1:
        raise StatisticsError("wrong_shape", name="p_values", expected=1, found=p.ndim)
    invalid = ~((p >= 0) & (p <= 1))
    if invalid.any():
        raise StatisticsError("invalid_p_value", row=int(invalid.argmax()))
    return p


def _unordered(values: FloatArray, order: np.ndarray) -> FloatArray:
    result = np.empty(values.size)
    result[order] = values
    return result
