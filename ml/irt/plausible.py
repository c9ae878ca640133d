"""Plausible values: draws of ability that keep every relation the conditioning knows.

An EAP is pulled toward the mean of the prior. If the prior does not know that participants of a
program differ, the program's effect is pulled toward zero with it (by about one minus the
reliability), and no combination of EAPs or of values drawn without conditioning repairs that.
Whatever is analyzed later must be in the conditioning: program × wave, school, sex, region,
language (Mislevy, Beaton, Kaplan & Sheehan 1992, J. Educ. Meas. 29). Plausible values are
combined by Rubin's rules; they are never averaged.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt.gibbs import Chain, joint_draws
from ml.irt.items import Items
from ml.irt.latent_regression import (
    Fixed,
    Regression,
    Sample,
    draw_on_nodes,
    fit_regression,
    sample_of,
)
from ml.irt.parallel import one_blas_thread
from ml.irt.responses import Codes
from ml.labels import MISSING, Labels, encode_labels

RANK = 1e-10
START_PERSONS = 5000
REACH = 5.0
# Persons of a group that let it have an SD of its own.
LEAST_GROUP = 30


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """conditioning: (n_rows, p) or None. groups, clusters, waves, persons: (n_rows,) labels or
    None.
    """

    conditioning: npt.ArrayLike | None
    groups: Labels | None = None
    clusters: Labels | None = None
    waves: Labels | None = None
    persons: Labels | None = None


def draw_plausible_values(
    codes: Codes,
    items: Items,
    nodes: FloatArray,
    design: Design,
    *,
    n_draws: int,
    random_state: int | np.random.Generator | None,
    n_jobs: int | None = None,
) -> FloatArray:
    """(n_rows, n_draws) values, of persons without responses from the regression alone.

    conditioning: numbers without missing values; an intercept is added unless the columns span
    it, and columns that others span do no harm. Item parameters count as known; the regression's
    are drawn anew for every value, from their normal approximation.
    groups: each gets its own mean and, from 30 persons, its own SD around the regression, without
    which all would be drawn with the same.
    clusters: schools get random effects, so that their variance survives. waves (with persons):
    the rows of a person are drawn jointly from one correlated latent normal with a regression per
    wave; drawn wave by wave they would bias the correlation of waves, the SD of the gain, and
    ANCOVA. Both are sampled by data augmentation (see `ml.irt.gibbs`).
    random_state: the same seed gives the same bits with any number of threads.
    Errors: invalid_draws, missing_conditioning (row), length_mismatch, persons_needed,
    wave_twice (row), two_groups (row), missing_label, regression_not_converged.
    """
    if n_draws < 1:
        raise StatisticsError("invalid_draws", found=n_draws)
    n = codes.shape[0]
    seed = _seed(random_state)
    with one_blas_thread():
        fixed = _fixed(design, n)
        if design.waves is None and design.clusters is None:
            return _independent(
                codes, items, nodes, fixed, n_draws=n_draws, seed=seed, n_jobs=n_jobs
            )
        chain = _chain(design, fixed)
        sample = sample_of(codes, items, _wider(nodes, items), n_jobs)
        return joint_draws(sample, chain, n_draws, seed)


def _fixed(design: Design, n: int) -> Fixed:
    """Every group is a column; those of few persons share the SD of the largest."""
    if design.groups is None:
        return Fixed.of(conditioning_basis(design.conditioning, n), np.zeros(n, dtype=np.int64), 1)
    group = _codes(design.groups, "groups", n)
    size = np.bincount(group)
    columns = [(group == number).astype(np.float64) for number in range(1, size.size)]
    if design.conditioning is not None:
        given = np.asarray(design.conditioning)
        columns += list(given.T if given.ndim > 1 else [given])
    basis = conditioning_basis(np.stack(columns, axis=1) if columns else None, n)
    shared = np.where(size < LEAST_GROUP, size.argmax(), np.arange(size.size))
    kept, spread = np.unique(shared[group], return_inverse=True)
    return Fixed.of(basis, spread.reshape(-1), kept.size)


def _independent(
    codes: Codes,
    items: Items,
    nodes: FloatArray,
    fixed: Fixed,
    *,
    n_draws: int,
    seed: np.random.SeedSequence,
    n_jobs: int | None,
) -> FloatArray:
    theta, em_steps = nodes, 2
    beta, log_sd = _start(fixed, items)
    near = _near(codes, items, theta, fixed, n_jobs=n_jobs)
    if near is not None:
        (beta, log_sd), em_steps = near, 0
    for _ in range(4):
        sample = sample_of(codes, items, theta, n_jobs)
        regression = fit_regression(sample, fixed, beta, log_sd, em_steps=em_steps)
        widest = float(np.exp(regression.log_sd.max()))
        wider = _reaching(theta, fixed.basis @ regression.beta, widest)
        if wider is None:
            break
        theta = wider
    return _drawn(sample, fixed, regression, n_draws, seed)


def _start(fixed: Fixed, items: Items) -> tuple[FloatArray, FloatArray]:
    beta = fixed.basis.T @ np.full(len(fixed.basis), float(items.mean.mean()))
    return beta, np.full(len(fixed.gram), float(np.log(items.sd.max())))


def _near(
    codes: Codes, items: Items, theta: FloatArray, fixed: Fixed, *, n_jobs: int | None
) -> tuple[FloatArray, FloatArray] | None:
    """The maximum of every k-th person: from there Newton needs two steps on everybody.

    None where there are few persons, or the part does not show every column and group.
    """
    stride = len(codes) // START_PERSONS
    if stride < 2:
        return None
    columns, root = np.linalg.qr(fixed.basis[::stride])
    if np.abs(np.diag(root)).min() < 0.1 / np.sqrt(stride):
        return None
    part = Fixed.of(columns, fixed.group[::stride], len(fixed.gram))
    if part.sums(np.ones(len(columns))).min() < LEAST_GROUP:
        return None
    sample = sample_of(codes[::stride], items, theta, n_jobs)
    found = fit_regression(sample, part, *_start(part, items))
    return np.linalg.solve(root, found.beta), found.log_sd


def _drawn(
    sample: Sample,
    fixed: Fixed,
    regression: Regression,
    n_draws: int,
    seed: np.random.SeedSequence,
) -> FloatArray:
    result = np.empty((sample.n, n_draws))
    root, p = np.linalg.cholesky(regression.covariance), regression.beta.size
    parameters = np.concatenate([regression.beta, regression.log_sd])
    for draw, child in enumerate(seed.spawn(n_draws)):
        own, persons = child.spawn(2)
        noise = np.random.default_rng(own).standard_normal(parameters.size)
        drawn = parameters + root @ noise
        variance = np.exp(2 * drawn[p:])[fixed.group]
        result[:, draw] = draw_on_nodes(sample, fixed.basis @ drawn[:p], variance, persons)
    return result


def _reaching(theta: FloatArray, center: FloatArray, sd: float) -> FloatArray | None:
    """Nodes of the same distance that reach every person's prior, None if they do already."""
    low, high = float(center.min()) - REACH * sd, float(center.max()) + REACH * sd
    if low >= theta[0] - 0.5 * sd and high <= theta[-1] + 0.5 * sd:
        return None
    step = float(theta[1] - theta[0])
    low, high = min(low, float(theta[0])), max(high, float(theta[-1]))
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step


def _wider(nodes: FloatArray, items: Items) -> FloatArray:
    """Two SDs more on either side: waves and clusters may lie apart."""
    step = float(nodes[1] - nodes[0])
    more = int(np.ceil(2 * float(items.sd.max()) / step))
    return np.linspace(nodes[0] - more * step, nodes[-1] + more * step, nodes.size + 2 * more)


def conditioning_basis(conditioning: npt.ArrayLike | None, n: int) -> FloatArray:
    """Orthonormal columns that span the conditioning and the intercept, (n, rank)."""
    ones = np.ones((n, 1))
    if conditioning is None:
        return np.asarray(ones / np.sqrt(n))
    try:
        matrix = np.asarray(conditioning, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError("not_numeric", name="conditioning") from error
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.shape[0] != n:
        raise StatisticsError(
            "length_mismatch", name="conditioning", expected=n, found=matrix.shape[0]
        )
    absent = ~np.isfinite(matrix).all(axis=1)
    if absent.any():
        raise StatisticsError("missing_conditioning", row=int(absent.argmax()))
    centered = matrix - matrix.mean(axis=0)  # the intercept stands apart, so it is never twice
    spread = np.sqrt(np.square(centered).mean(axis=0))
    varies = spread > RANK * np.maximum(np.abs(matrix).max(axis=0), 1e-300)
    scaled = centered[:, varies] / spread[varies]
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    keep = values > RANK * max(float(values.max(initial=0.0)), 1e-300)
    columns = scaled @ (vectors[:, keep] / np.sqrt(values[keep]))
    return np.hstack([ones / np.sqrt(n), columns])


def _chain(design: Design, fixed: Fixed) -> Chain:
    """Errors: persons_needed, missing_label, length_mismatch, wave_twice, two_groups."""
    n = len(fixed.basis)
    cluster = None if design.clusters is None else _codes(design.clusters, "clusters", n)
    if design.waves is None:
        return Chain(np.zeros(n, dtype=np.int64), np.arange(n), cluster, fixed, fixed.group)
    if design.persons is None:
        raise StatisticsError("persons_needed")
    wave, person = _codes(design.waves, "waves", n), _codes(design.persons, "persons", n)
    pairs = person * (int(wave.max(initial=0)) + 1) + wave
    _, first, times = np.unique(pairs, return_index=True, return_counts=True)
    if (times > 1).any():
        raise StatisticsError("wave_twice", row=int(first[int(np.argmax(times > 1))]))
    of_person = fixed.group[np.unique(person, return_index=True)[1]]
    changed = fixed.group != of_person[person]
    if changed.any():
        raise StatisticsError("two_groups", row=int(np.argmax(changed)))
    return Chain(wave, person, cluster, fixed, of_person)


def _codes(labels: Labels, name: str, n: int) -> IntArray:
    _, code = encode_labels(labels, name)
    if code.size != n:
        raise StatisticsError("length_mismatch", name=name, expected=n, found=code.size)
    if (code == MISSING).any():
        raise StatisticsError("missing_label", name=name)
    return code


def _seed(random_state: int | np.random.Generator | None) -> np.random.SeedSequence:
    if isinstance(random_state, np.random.Generator):
        return np.random.SeedSequence(random_state.integers(2**32, size=4).tolist())
    return np.random.SeedSequence(random_state)
