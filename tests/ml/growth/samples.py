"""A study whose gains are compared in several ways."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """Twelve uneven schools, every second one treated; groups start apart."""

    pre: FloatArray
    post: FloatArray
    group: FloatArray
    school: npt.NDArray[np.int64]
    covariates: FloatArray
