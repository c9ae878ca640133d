"""Survey statistics at PISA's size, side by side with samplics and with a floor.

600,000 pupils of 80 countries, 10 plausible values × 81 weights. The floor is one read of the
replicate weights with all threads in the same run. Every time on the clock is followed by the
processor seconds over the number of processors: what the clock would show if nobody else used
the machine. samplics joins at 20,000 pupils, one plausible value at a time.
"""

import resource
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from ml.parallel import mapped, spans
from ml.survey import Levels, Mean, Quantile, Regression, ReplicateDesign, estimate
from tests.bench.harness import Measurement, benchmark
from tests.bench.irt import timed

N_PUPILS, N_COUNTRIES, N_PV, N_REPLICATES = 600_000, 80, 10, 80
ROUNDS = 5
PIECE = 8192
CUTS = [357.77, 420.07, 482.38, 544.68, 606.99]
PROBABILITIES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@benchmark("pisa")
def pisa() -> list[Measurement]:
    """Means, quantiles with levels, and regressions with standard errors, by country."""
    values, weights, replicates = pupils(N_PUPILS)
    floor = timed(lambda: read(replicates), ROUNDS)[0]
    results = [Measurement("one read of the weights", floor, "s")]
    results += bounded("design checked", lambda: ReplicateDesign(weights, replicates), None)
    for name, run, bound in work(values, ReplicateDesign(weights, replicates)):
        results += bounded(name, run, bound)
        results.append(Measurement(f"{name}, in reads", results[-2].value, "s", floor, "one read"))
    return [*results, memory(), *beside_samplics(20_000)]


def work(
    values: np.ndarray, design: ReplicateDesign
) -> list[tuple[str, Callable[[], object], float]]:
    """Name, call and bound in seconds."""
    country = np.arange(N_PUPILS) * N_COUNTRIES // N_PUPILS
    shuffled = np.random.default_rng(1).permutation(country)
    regression = Regression(np.random.default_rng(2).normal(size=(N_PUPILS, 5)), list("abcde"))
    order = [*map(Quantile, PROBABILITIES), Levels(CUTS)]
    return [
        ("means", lambda: estimate(values, design, Mean(), by=country), 0.08),
        ("means, rows shuffled", lambda: estimate(values, design, Mean(), by=shuffled), 0.10),
        ("7 quantiles, 6 levels", lambda: estimate(values, design, order, by=country), 0.7),
        ("regression on 5", lambda: estimate(values, design, regression, by=country), 0.6),
    ]


def memory() -> Measurement:
    """The peak of all of it in a process that has done nothing else, held against twice the
    input."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        peak, size = pool.submit(peak_and_input).result()
    return Measurement("peak memory of the process", peak, "GB", 2 * size, "twice the input")


def peak_and_input() -> tuple[float, float]:
    """Gigabytes."""
    values, weights, replicates = pupils(N_PUPILS)
    size = (values.nbytes + weights.nbytes + replicates.nbytes) / 1024**3
    for _, run, _ in work(values, ReplicateDesign(weights, replicates)):
        run()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, size


def bounded(name: str, run: Callable[[], object], bound: float | None) -> list[Measurement]:
    seconds, alone = timed(run, ROUNDS)
    held = None if bound is None else "bound"
    return [
        Measurement(name, seconds, "s", bound, held),
        Measurement(f"{name}, alone", alone, "s", bound, held),
    ]


def beside_samplics(n: int) -> list[Measurement]:
    """Means with standard errors of the same pupils in both; samplics knows no plausible values,
    so that it is called once for each and Rubin's rules are left out."""
    values, weights, replicates = pupils(n)

    def ours() -> float:
        design = ReplicateDesign(weights, replicates)
        return estimate(values, design, Mean())[0].sampling_variance

    seconds = timed(ours, ROUNDS)[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from samplics.estimation import ReplicateEstimator
            from samplics.utils.types import PopParam, RepMethod
    except ImportError:
        return [Measurement("means, 20,000 pupils", seconds, "s")]

    def theirs() -> float:
        estimators = [
            ReplicateEstimator(RepMethod.brr, PopParam.mean, fay_coef=0.5).estimate(
                y=column, samp_weight=weights, rep_weights=replicates, conservative=True
            )
            for column in values.T
        ]
        return float(np.mean([each.stderror**2 for each in estimators]))

    other = timed(theirs, 1)[0]
    apart = abs(ours() / theirs() - 1)
    return [
        Measurement("means, 20,000 pupils", seconds, "s", other, "samplics"),
        Measurement("their sampling variance apart", apart, ""),
    ]


def read(replicates: np.ndarray) -> float:
    pieces = mapped(
        lambda span: float(replicates[span[0] : span[1]].sum()),
        spans(len(replicates), PIECE),
        None,
    )
    return sum(pieces)


def pupils(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Plausible values, weights, Fay's replicates; made a piece at a time."""
    generator = np.random.default_rng(0)
    weights = generator.uniform(1, 9, n)
    values, replicates = np.empty((n, N_PV)), np.empty((n, N_REPLICATES))
    for start, stop in spans(n, 50_000):
        ability = 470 + 90 * generator.normal(size=(stop - start, 1))
        values[start:stop] = ability + 40 * generator.normal(size=(stop - start, N_PV))
        signs = generator.random((stop - start, N_REPLICATES)) < 0.5
        np.multiply(
            weights[start:stop, None], np.where(signs, 0.5, 1.5), out=replicates[start:stop]
        )
    return values, weights, replicates
