"""The statistics as one writes them down: loops over groups, plausible values and weights."""

import math

import numpy as np


def estimates(values, design, function, by=None):
    """{label: (value, se, sampling variance, imputation variance, df)} of any function of
    (values, weights, rows), Rubin's rules spelled out."""
    values = values[:, None] if values.ndim == 1 else values
    labels = np.zeros(len(values), dtype=int) if by is None else np.asarray(by)
    return {
        label: _rubin(values, design, function, np.flatnonzero(labels == label))
        for label in sorted(set(labels.tolist()))
    }


def _rubin(values, design, function, group):
    full, variances = [], []
    for column in values.T:
        rows = group[~np.isnan(column[group])]
        theta = function(column[rows], design.weights[rows], rows)
        replicates = [
            function(column[rows], weights[rows], rows) for weights in design.replicates.T
        ]
        full.append(theta)
        variances.append(design.factor * sum((other - theta) ** 2 for other in replicates))
    m = len(full)
    value, sampling = sum(full) / m, sum(variances) / m
    between = sum((each - value) ** 2 for each in full) / (m - 1) if m > 1 else 0.0
    added = (1 + 1 / m) * between
    total = sampling + added
    complete = design.n_replicates
    if between == 0:
        return value, math.sqrt(total), sampling, between, complete
    df = total**2 / (sampling**2 / complete + added**2 / (m - 1))
    return value, math.sqrt(total), sampling, between, df


def mean(values, weights, rows):
    return float((values * weights).sum() / weights.sum())


def variance(values, weights, rows):
    return float((weights * (values - mean(values, weights, rows)) ** 2).sum() / weights.sum())


def sd(values, weights, rows):
    return math.sqrt(variance(values, weights, rows))


def quantile(p):
    def first_above(values, weights, rows):
        order = np.argsort(values, kind="stable")
        cumulated = np.cumsum(weights[order])
        return float(values[order][np.argmax(cumulated > p * cumulated[-1])])

    return first_above


def quantile_by_place(p):
    def between(values, weights, rows):
        x = np.unique(values)
        cumulated = np.cumsum([weights[values == each].sum() for each in x])
        place = 1 + (cumulated[-1] - 1) * p
        low = max(math.floor(place), 1)
        at = [
            x[min(int(np.searchsorted(cumulated, mark)), len(x) - 1)]
            for mark in (low, min(low + 1, cumulated[-1]))
        ]
        return float((1 - place % 1) * at[0] + place % 1 * at[1])

    return between


def share(low, high):
    """Of values above `low` and not above `high`."""

    def inside(values, weights, rows):
        return float(weights[(values > low) & (values <= high)].sum() / weights.sum())

    return inside


def correlation(x):
    def both(values, weights, rows):
        known = ~np.isnan(x[rows])
        v, w, other = values[known], weights[known], x[rows][known]
        a, b = v - np.average(v, weights=w), other - np.average(other, weights=w)
        return float((w * a * b).sum() / math.sqrt((w * a * a).sum() * (w * b * b).sum()))

    return both


def gap(labels, group, reference):
    def difference(values, weights, rows):
        own = labels[rows]
        return mean(values[own == group], weights[own == group], None) - mean(
            values[own == reference], weights[own == reference], None
        )

    return difference


def least_squares(X, component):
    """component: number of a coefficient, or "r_squared"."""

    def fitted(values, weights, rows):
        known = ~np.isnan(X[rows]).any(axis=1)
        y, root = values[known], np.sqrt(weights[known])
        z = np.column_stack((np.ones(known.sum()), X[rows][known]))
        beta = np.linalg.lstsq(z * root[:, None], y * root, rcond=None)[0]
        if component != "r_squared":
            return float(beta[component])
        center = np.average(y, weights=root**2)
        residual, total = root * (y - z @ beta), root * (y - center)
        return float(1 - (residual**2).sum() / (total**2).sum())

    return fitted


def logit(X, component):
    from scipy.optimize import minimize

    def fitted(values, weights, rows):
        z = np.column_stack((np.ones(len(rows)), X[rows]))

        def loss(beta):
            line = z @ beta
            return (weights * (np.logaddexp(0, line) - values * line)).sum() / weights.sum()

        def slope(beta):
            chance = 1 / (1 + np.exp(-(z @ beta)))
            return z.T @ (weights * (chance - values)) / weights.sum()

        start = np.zeros(z.shape[1])
        found = minimize(loss, start, jac=slope, method="BFGS", options={"gtol": 1e-10})
        return float(found.x[component])

    return fitted
