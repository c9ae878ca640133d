"""Simulations of recovery: item parameters, and what plausible values and EAPs tell of groups."""

from dataclasses import dataclass

import numpy as np

from ml.irt import ItemResponseModel
from ml.irt.items import Items
from tests.ml.irt.conftest import answers, made_items, people

ITEMS = 10
STEPS = {"rasch": 1, "2pl": 1, "3pl": 1, "pcm": 2, "gpcm": 2}
UNIT_SLOPE_SD = 1.2
GAP, LATER_SD = 0.4, 1.2
FACTS = ("gap of the gain", "SD of the gain", "slope", "correlation", "ANCOVA effect")


@dataclass(frozen=True)
class Recovery:
    """bias, bias_error (its Monte-Carlo error): (n_parameters,); covered: (simulations, n)."""

    bias: np.ndarray
    bias_error: np.ndarray
    covered: np.ndarray


def recovered(
    model: str, *, simulations: int, persons: int, n_items: int = ITEMS
) -> dict[str, Recovery]:
    """The free parameters, by kind, of `simulations` data sets, each with its own seed."""
    items = true_items(model, n_items)
    sd = 1.0 if items.free_slope.all() else UNIT_SLOPE_SD
    truth = {
        "discrimination": items.slope,
        "intercept": items.intercept.ravel(),
        "guessing": items.lower,
        "group_sd": np.array([sd]),
    }
    estimates: dict[str, list] = {kind: [] for kind in truth}
    errors: dict[str, list] = {kind: [] for kind in truth}
    for seed in range(simulations):
        X = answers(items, people(persons, sd=sd, seed=seed), seed)
        fitted = ItemResponseModel(model=model, quadrature=41).fit(X)
        for kind in truth:
            estimates[kind].append(getattr(fitted, f"{kind}_").ravel())
            errors[kind].append(fitted.standard_errors_[kind].ravel())
    free = {kind: np.isfinite(errors[kind]).any() for kind in truth}
    return {
        kind: _summary(value, estimates[kind], errors[kind])
        for kind, value in truth.items()
        if free[kind]
    }


def true_items(model: str, n_items: int) -> Items:
    items = made_items(n_items, model=model, steps=STEPS[model], seed=6)
    if model == "3pl":
        items.guess[:] = np.log(0.2 / 0.8)
        items.intercept[:, 0] -= 0.5
    return items


def _summary(truth: np.ndarray, estimates: list, errors: list) -> Recovery:
    values, spread = np.array(estimates), np.array(errors)
    return Recovery(
        bias=values.mean(axis=0) - truth,
        bias_error=values.std(axis=0, ddof=1) / np.sqrt(len(values)),
        covered=(np.abs(values - truth) <= 1.959964 * spread)[np.isfinite(spread).all(axis=1)],
    )


def groups_told(*, simulations: int, persons: int) -> dict[str, np.ndarray]:
    """Mean and SD of two groups and their gap, minus those of the true abilities.

    By plausible values drawn with the groups, without conditioning, and by EAP of one normal for
    all: (simulations, 5) each. Items are known, so that only the scores are compared.
    """
    items, group = made_items(ITEMS, seed=6), np.arange(persons) % 2
    anchors = {
        item: {"discrimination": items.slope[item], "intercept": items.intercept[item]}
        for item in range(ITEMS)
    }
    found: dict[str, list] = {"with groups": [], "without": [], "eap": []}
    for seed in range(simulations):
        theta = np.where(group == 1, GAP + LATER_SD * people(persons, seed=seed),
                         people(persons, seed=seed))  # fmt: skip
        X = answers(items, theta, seed)
        model = ItemResponseModel(quadrature=41).fit(X, anchors=anchors)
        drawn = {
            "with groups": model.draw_plausible_values(
                X, conditioning=None, groups=group, random_state=seed
            ),
            "without": model.draw_plausible_values(X, conditioning=None, random_state=seed),
            "eap": model.transform(X),
        }
        for kind, values in drawn.items():
            found[kind].append(_told(values, group) - _told(theta[:, None], group))
    return {kind: np.array(rows) for kind, rows in found.items()}


def _told(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Means of both groups, their SDs, and the gap, averaged over the columns."""
    parts = [values[group == number] for number in (0, 1)]
    means = [part.mean() for part in parts]
    return np.array([*means, *(part.std(axis=0).mean() for part in parts), means[1] - means[0]])


def waves_told(*, simulations: int, persons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """FACTS of two waves in 40 schools, half of them in a program, by joint draws.

    Their error, the error that the draws tell (Rubin's, of these persons and not of a population),
    and whether the interval holds what the true abilities show, (simulations, 5) each.
    """
    from scipy.stats import t  # slow to import

    items, school = made_items(ITEMS, seed=6), np.arange(persons) % 40
    program, wave = (school % 2).astype(float), np.tile([0, 1], persons)
    anchors = {
        item: {"discrimination": items.slope[item], "intercept": items.intercept[item]}
        for item in range(ITEMS)
    }
    errors, spreads = [], []
    for seed in range(simulations):
        theta = _two_waves(np.random.default_rng([1, seed]), school, program)
        X = answers(items, theta.ravel(), seed)
        model = ItemResponseModel(quadrature=41).fit(X, groups=wave, anchors=anchors)
        drawn = model.draw_plausible_values(
            X, conditioning=wave * np.repeat(program, 2), random_state=seed, waves=wave,
            persons=np.repeat(np.arange(persons), 2), clusters=np.repeat(school, 2),
        ).reshape(persons, 2, -1)  # fmt: skip
        facts = np.array([_facts(each, program) for each in np.moveaxis(drawn, 2, 0)])
        errors.append(facts.mean(axis=0) - _facts(theta, program))
        spreads.append(np.sqrt((1 + 1 / len(facts)) * facts.var(axis=0, ddof=1)))
    error, spread = np.array(errors), np.array(spreads)
    return error, spread, np.abs(error) <= t.ppf(0.975, 9) * spread


def _two_waves(
    generator: np.random.Generator, school: np.ndarray, program: np.ndarray
) -> np.ndarray:
    theta = generator.multivariate_normal([0, 0.3], [[0.8, 0.6], [0.6, 0.9]], school.size)
    theta += generator.multivariate_normal([0, 0], [[0.2, 0.15], [0.15, 0.25]], 40)[school]
    theta[:, 1] += 0.4 * program
    return theta


def _facts(theta: np.ndarray, program: np.ndarray) -> np.ndarray:
    gain = theta[:, 1] - theta[:, 0]
    columns = np.column_stack([np.ones(len(theta)), theta[:, 0], program])
    ancova = np.linalg.lstsq(columns, theta[:, 1], rcond=None)[0]
    covariance = np.cov(theta.T)
    return np.array([
        gain[program == 1].mean() - gain[program == 0].mean(), gain.std(),
        covariance[0, 1] / covariance[0, 0], np.corrcoef(theta.T)[0, 1], ancova[2],
    ])  # fmt: skip
