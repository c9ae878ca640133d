"""The same models once more, written out as plainly as possible, to hold the fast ones against."""

import numpy as np


def category_probabilities(
    theta: float, slope: float, intercepts: np.ndarray, guessing: float = 0.0
) -> np.ndarray:
    weights = [1.0]
    for k, d in enumerate(intercepts, start=1):
        if not np.isnan(d):
            weights.append(np.exp(k * slope * theta + d))
    probability = np.array(weights) / sum(weights)
    if guessing:
        probability = np.array([(1 - guessing) * probability[0], 0.0])
        probability[1] = 1 - probability[0]
    return probability


def likelihood(theta, answers, slopes, intercepts, guessing) -> float:
    product = 1.0
    for x, a, d, c in zip(answers, slopes, intercepts, guessing, strict=True):
        if not np.isnan(x):
            product *= category_probabilities(theta, a, d, c)[int(x)]
    return product


def log_likelihood(X, slopes, intercepts, guessing, *, groups, means, sds) -> float:
    """Marginal, with Gauss–Hermite instead of equally spaced nodes."""
    points, weights = np.polynomial.hermite_e.hermegauss(81)
    weights = weights / weights.sum()
    total = 0.0
    for row, group in zip(X, groups, strict=True):
        nodes = means[group] + sds[group] * points
        values = [likelihood(node, row, slopes, intercepts, guessing) for node in nodes]
        total += np.log(np.dot(weights, values))
    return total


def posterior(answers, slopes, intercepts, guessing, *, mean=0.0, sd=1.0) -> tuple[float, float]:
    """Mean and SD of the posterior, by Gauss–Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(81)
    nodes = mean + sd * points
    values = [likelihood(node, answers, slopes, intercepts, guessing) for node in nodes]
    values = weights * np.array(values)
    values /= values.sum()
    average = values @ nodes
    return average, np.sqrt(values @ (nodes - average) ** 2)
