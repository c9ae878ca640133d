"""What the wrong options of a multiple-choice item attract."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, as_floats, check_length
from ml.errors import StatisticsError
from ml.labels import MISSING, Labels, encode_labels

RARE = 0.05
N_BANDS = 4


@dataclass(frozen=True, slots=True)
class DistractorOption:
    """One option of one item. share: of those who answered. mean: of their ability; correlation:
    point-biserial of choosing it with ability; NaN where nobody or everybody chose it. by_band:
    share in each quarter of ability, lowest first. codes: what to look at ("rarely_chosen",
    "attracts_the_able": a wrong option whose choosers are abler than those of the key,
    "key_not_discriminating").
    """

    option: str
    is_key: bool
    n: int
    share: float
    mean: float
    correlation: float
    by_band: tuple[float, ...]
    codes: tuple[str, ...]


def distractor_analysis(
    options: Labels, key: object, ability: npt.ArrayLike, *, all_options: Sequence[object] = ()
) -> tuple[DistractorOption, ...]:
    """options: (n_persons,) the chosen option, None where none was. ability: (n_persons,), best
    from the other items. all_options: those offered, so that one nobody chose is listed too.

    Errors: length_mismatch, no_data, unknown_key.
    """
    labels, code = encode_labels(options, "options")
    theta = as_floats(ability, "ability")
    check_length(theta.size, code.size, "ability")
    known = (code != MISSING) & np.isfinite(theta)
    if not known.any():
        raise StatisticsError("no_data")
    code, theta = code[known], theta[known]
    every = list(labels) + [option for option in all_options if option not in labels]
    if key not in every:
        raise StatisticsError("unknown_key", found=str(key))
    edges = np.quantile(theta, np.arange(1, N_BANDS) / N_BANDS)
    band = np.searchsorted(edges, theta, side="right")
    chosen = [code == number for number in range(len(every))]
    key_mask = chosen[every.index(key)]
    key_mean = float(theta[key_mask].mean()) if key_mask.any() else np.nan
    return tuple(
        _option(str(option), option == key, mask, theta, band, key_mean=key_mean)
        for option, mask in zip(every, chosen, strict=True)
    )


def _option(
    name: str,
    is_key: bool,
    mask: npt.NDArray[np.bool_],
    theta: FloatArray,
    band: npt.NDArray[np.int64],
    *,
    key_mean: float,
) -> DistractorOption:
    n, share = int(mask.sum()), float(mask.mean())
    mean = float(theta[mask].mean()) if n else np.nan
    varies = 0 < n < mask.size and theta.std() > 0
    correlation = float(np.corrcoef(mask, theta)[0, 1]) if varies else np.nan
    codes = []
    if share < RARE:
        codes.append("rarely_chosen")
    if not is_key and mean > key_mean:
        codes.append("attracts_the_able")
    if is_key and not correlation > 0:
        codes.append("key_not_discriminating")
    sizes = np.bincount(band, minlength=N_BANDS)
    hits = np.bincount(band, weights=mask, minlength=N_BANDS)
    by_band = tuple(float(value) for value in hits / np.maximum(sizes, 1))
    return DistractorOption(name, is_key, n, share, mean, correlation, by_band, tuple(codes))
