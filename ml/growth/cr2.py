"""CR2 standard errors and Bell–McCaffrey degrees of freedom of a regression's coefficients.

The working covariance is the identity, as in Bell & McCaffrey (2002, Survey Methodology 28) and
Pustejovsky & Tipton (2018, JBES 36, eq. 5–6 and 11–12). The columns are turned so that
Σ w x x' = I. With Z = [X, (W − w̄) X] of a school, q = 2p columns (q = p where the weights of a
school are alike), the matrix whose inverse root adjusts the school's residuals is

    B = I + Z C Z',    C = [[S − 2 w̄ I, −I], [−I, 0]],    S = Σ w² x x' over all schools,

so that with Z = Q L, Q'Q = I, its root is that of the q × q matrix I + L C L'. No matrix of a
school's rows is ever formed.
"""

from dataclasses import dataclass

import numpy as np

from ml.checks import FloatArray
from ml.errors import StatisticsError
from ml.growth.products import Products, Scores

# Directions whose sum of squares is below this share of the school's largest do not occur.
ABSENT = 1e-12
# A school that alone determines a direction (leverage 1) tells nothing of its error there.
SINGULAR = 1e-10
# Share of an estimate's variance in such directions from which on its error would be too small.
ALONE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class SchoolParts:
    """What each school contributes to a contrast of the coefficients; g its adjusted weights.

    score: (n_schools,) g'e. length: g'g. turned: (n_schools, q) Z'g.
    """

    score: FloatArray
    length: FloatArray
    turned: FloatArray


def clustered_error(
    products: Products, scores: Scores, turn: FloatArray, contrast: FloatArray
) -> tuple[float, float]:
    """(standard error, degrees of freedom) of contrast'β.

    turn: (p, p) with turn turn' = (Σ w x x')⁻¹. contrast: (p,). scores: of any estimating
    equation that is linear in the same columns; for least squares the q are x e.
    Error: school_alone where the contrast rests on what one school alone determines.
    """
    standard = products.turned(turn)
    direction = turn.T @ contrast
    _check_alone(standard, direction)
    squares = standard.total_squared()
    parts = _parts(standard, _turned_scores(scores, turn), direction, squares)
    return float(np.sqrt((parts.score**2).sum())), _degrees_of_freedom(parts, standard, squares)


def _turned_scores(scores: Scores, turn: FloatArray) -> FloatArray:
    plain = scores.plain @ turn
    return plain if scores.tilted is None else np.hstack([plain, scores.tilted @ turn])


def _parts(
    standard: Products, scores: FloatArray, direction: FloatArray, squares: FloatArray
) -> SchoolParts:
    if standard.tilted is None and (standard.level == 1.0).all():
        return _even_parts(standard.gram, scores, direction)
    gram, coupling, directions = _coupled(standard, direction, squares)
    values, vectors = np.linalg.eigh(gram)
    present = values > ABSENT * values[:, -1:]
    root = np.sqrt(np.where(present, values, 0.0))
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=present)
    lower = root[:, :, None] * vectors.transpose(0, 2, 1)
    adjusted = _inverse_root_times(
        np.eye(gram.shape[1]) + lower @ coupling @ lower.transpose(0, 2, 1),
        (lower @ directions[:, :, None])[:, :, 0],
    )
    within = inverse * (scores[:, None, :] @ vectors)[:, 0, :]
    return SchoolParts(
        score=(adjusted * within).sum(axis=1),
        length=(adjusted * adjusted).sum(axis=1),
        turned=(adjusted[:, None, :] @ lower)[:, 0, :],
    )


def _even_parts(gram: FloatArray, scores: FloatArray, direction: FloatArray) -> SchoolParts:
    """Without weights C = −I and q = p: the root shares the eigenvectors of X'X."""
    values, vectors = np.linalg.eigh(gram)
    rest = 1.0 - values
    usable = rest > SINGULAR
    factor = np.divide(1.0, np.sqrt(np.abs(rest)), out=np.zeros_like(rest), where=usable)
    along = (direction @ vectors) * factor
    return SchoolParts(
        score=(along * (scores[:, None, :] @ vectors)[:, 0, :]).sum(axis=1),
        length=(along * along * values).sum(axis=1),
        turned=(vectors @ (along * values)[:, :, None])[:, :, 0],
    )


def _coupled(
    standard: Products, direction: FloatArray, squares: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Z'Z, C and the vector a with W X direction = Z a, per school."""
    level, one = standard.level, np.eye(direction.size)
    own = squares - 2.0 * level[:, None, None] * one
    first = level[:, None] * direction
    if standard.tilted is None or standard.squared is None:
        return standard.gram, own, first
    minus = np.broadcast_to(-one, own.shape)
    gram = np.block([[standard.gram, standard.tilted], [standard.tilted, standard.squared]])
    coupling = np.block([[own, minus], [minus, np.zeros_like(own)]])
    return gram, coupling, np.hstack([first, np.broadcast_to(direction, first.shape)])


def _inverse_root_times(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    values, axes = np.linalg.eigh(matrices)
    usable = values > SINGULAR
    factor = np.divide(1.0, np.sqrt(np.abs(values)), out=np.zeros_like(values), where=usable)
    along = (vectors[:, None, :] @ axes)[:, 0, :] * factor
    return np.asarray((axes @ along[:, :, None])[:, :, 0])


def _check_alone(standard: Products, direction: FloatArray) -> None:
    """A school without a residual of its own lends its error nothing, however much it decides."""
    values, vectors = np.linalg.eigh(standard.weighted())
    decided = (direction @ vectors)[values > 1.0 - SINGULAR]
    if float(decided @ decided) > ALONE * float(direction @ direction):
        raise StatisticsError("school_alone")


def _degrees_of_freedom(parts: SchoolParts, standard: Products, squares: FloatArray) -> float:
    """(tr P)² / tr P² with P = diag(length) + Y K Y', the matrix of Satterthwaite's rule.

    Y = [X'g, X'Wg] per school, K = [[S, −I], [−I, 0]].
    """
    p = len(squares)
    plain = parts.turned[:, :p]
    weighted = standard.level[:, None] * plain
    if standard.tilted is not None:
        weighted = weighted + parts.turned[:, p:]
    sides = np.hstack([plain, weighted])
    one = np.eye(p)
    kernel = np.block([[squares, -one], [-one, np.zeros((p, p))]])
    diagonal = ((sides @ kernel) * sides).sum(axis=1)
    cross = kernel @ (sides.T @ sides)
    trace = float((parts.length + diagonal).sum())
    square = float((parts.length * (parts.length + 2.0 * diagonal)).sum() + np.trace(cross @ cross))
    return trace**2 / square if square > 0 else float("nan")
