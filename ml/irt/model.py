"""`ItemResponseModel`: the calibration as a scikit-learn estimator."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ml.checks import FloatArray, IntArray
from ml.errors import StatisticsError
from ml.irt import abilities as ability
from ml.irt import plausible, storage
from ml.irt.design import (
    Anchors,
    FitWarning,
    group_codes,
    highest_step,
    identified,
    models_of,
    person_weights,
    start,
)
from ml.irt.fitting import Fit, fit_items
from ml.irt.items import Items
from ml.irt.responses import Codes, as_codes, as_responses, item_names
from ml.irt.search import Listener, check_settings
from ml.irt.summary import fit_warnings, standard_errors
from ml.labels import MISSING, Labels, encode_labels


class _NegativeResponse(StatisticsError):
    """The same code, in words that scikit-learn's own checks look for."""

    @classmethod
    def of(cls, error: StatisticsError) -> StatisticsError:
        negative = cls(error.code, **error.parameters)
        negative.args = (f"Negative values in data: {error.parameters}",)
        return negative


class ItemResponseModel(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Marginal maximum likelihood of an item response model, with exact standard errors.

    model: "rasch", "2pl", "3pl", "gpcm", "pcm", or "mixed" with `item_models`, one of the others
    for each item. quadrature: nodes, equally spaced over six SDs either side of the groups' means.
    tol: bound of the largest score component divided by n. max_iter: iterations of EM and BFGS
    together. n_jobs: threads, None for all processors; the result has the same bits with any.

    P(k | θ) ∝ exp(k a θ + d_k), d_0 = 0. With free slopes the first of the sorted groups is
    N(0, 1); where an item's slope is fixed at 1 its mean is 0 and its SD free; with anchors all
    groups are free. Further groups have free means and SDs. Two items of one group do not identify
    two slopes: they are held equal, with the warning equal_slopes.

    Fitted: discrimination_ (n_items,), intercept_ (n_items, n_steps), NaN beyond an item's steps,
    difficulty_ (n_items,) = −d_K / (a K), the mean of an item's thresholds_ (n_items, n_steps),
    guessing_ (n_items,), groups_ (labels), group_mean_, group_sd_ (n_groups,), loglik_,
    standard_errors_ (dict discrimination, intercept, guessing, group_mean, group_sd; NaN where a
    parameter is fixed), covariance_ of the free parameters (slopes, intercepts, logits of
    guessing, means, log SDs), converged_, n_iter_, n_passes_ (of them over all data),
    gradient_norm_, n_persons_, item_names_, warnings_.
    """

    def __init__(
        self,
        *,
        model: str = "2pl",
        quadrature: int = 61,
        tol: float = 1e-6,
        max_iter: int = 2000,
        item_models: Sequence[str] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.model = model
        self.quadrature = quadrature
        self.tol = tol
        self.max_iter = max_iter
        self.item_models = item_models
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags

    def fit(
        self,
        X: npt.ArrayLike,
        y: object = None,
        *,
        groups: Labels | None = None,
        sample_weight: npt.ArrayLike | None = None,
        anchors: Anchors | None = None,
        on_iteration: Listener | None = None,
    ) -> "ItemResponseModel":
        """X: (n_persons, n_items), whole numbers from 0, NaN where not presented.

        groups: (n_persons,) labels. sample_weight: (n_persons,), not negative; standard errors
        then are those of the weighted likelihood. anchors: item (name, or column from 0) →
        {"discrimination", "intercept", "guessing"}, held fixed. on_iteration: called
        with an `ml.irt.Iteration` after every iteration; what it raises ends the fit.
        A fit that fails or is ended leaves the model as it was.
        Errors: see `ml.irt.design.start`; not_converged, not_identified, invalid_response,
        invalid_weight, missing_label, no_data, invalid_quadrature, invalid_tolerance,
        invalid_max_iter.
        """
        before = dict(vars(self))
        try:
            self._fit(X, groups, sample_weight, anchors, on_iteration)
        except BaseException:  # also what a caller cancels with
            self.__dict__.clear()
            self.__dict__.update(before)
            raise
        return self

    def _fit(
        self,
        X: npt.ArrayLike,
        groups: Labels | None,
        sample_weight: npt.ArrayLike | None,
        anchors: Anchors | None,
        on_iteration: Listener | None,
    ) -> None:
        check_settings(self.quadrature, self.tol, self.max_iter)
        codes = self._codes(X, reset=True)
        self.groups_, group = group_codes(groups, len(codes))
        weights = person_weights(sample_weight, len(codes))
        if weights is not None and (weights == 0).any():
            if not weights.any():
                raise StatisticsError("zero_weights", sample_weight="every weight is zero")
            codes, group = codes[weights > 0], group[weights > 0]
            weights = weights[weights > 0]
        n_steps = max(int(codes.max(initial=1)), highest_step(anchors))
        responses = as_responses(codes, group, weights, n_steps)
        if not responses.n_persons:
            raise StatisticsError("no_data")
        self.item_names_ = item_names(
            getattr(self, "_given_names", getattr(self, "feature_names_in_", None)),
            responses.n_items,
        )
        asked = models_of(self.model, self.item_models, responses.n_items)
        models = identified(asked, len(self.groups_), anchors)
        items = start(responses, models, self.item_names_, len(self.groups_), anchors)
        fitted = fit_items(
            responses, items, names=self.item_names_, quadrature=self.quadrature, tol=self.tol,
            max_iter=self.max_iter, n_jobs=self.n_jobs, on_iteration=on_iteration,
        )  # fmt: skip
        told = [FitWarning("equal_slopes")] if models != asked else []
        self._keep(fitted, responses.n_persons, told)

    def fit_named(
        self, X: npt.ArrayLike, names: Sequence[str], **known: Any
    ) -> "ItemResponseModel":
        """`fit`, with names for the items of an array, by which anchors and links find them.

        Errors: length_mismatch.
        """
        width = np.asarray(X).shape[-1]
        if len(names) != width:
            raise StatisticsError("length_mismatch", name="names", expected=width, found=len(names))
        self._given_names = list(names)
        try:
            return self.fit(X, **known)
        finally:
            del self._given_names

    def _keep(self, fitted: Fit, n_persons: int, told: list[FitWarning]) -> None:
        self.n_persons_ = n_persons
        self.loglik_ = fitted.loglik
        self.gradient_norm_ = fitted.gradient_norm
        self.n_iter_, self.n_passes_ = fitted.n_iter, fitted.n_passes
        self.converged_ = True  # or `fit_items` would have refused
        self.covariance_ = fitted.covariance
        self._take(fitted.items, fitted.theta)
        self.standard_errors_ = standard_errors(fitted.items, fitted.covariance)
        self.warnings_ = (*told, *fit_warnings(fitted.items, self.item_names_))

    def _take(self, items: Items, theta: FloatArray) -> None:
        """Show the parameters of `items` as attributes."""
        self.items_, self.nodes_ = items, theta
        self.discrimination_ = items.slope
        self.intercept_ = np.where(np.isfinite(items.intercept), items.intercept, np.nan)
        steps = np.diff(self.intercept_, axis=1, prepend=0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.thresholds_ = -steps / items.slope[:, None]
            last = self.intercept_[np.arange(items.n_items), items.steps - 1]
            self.difficulty_ = -last / (items.slope * (items.steps - items.bottom))
        self.guessing_ = items.lower
        self.group_mean_, self.group_sd_ = items.mean, items.sd

    def _codes(self, X: npt.ArrayLike, *, reset: bool = False) -> Codes:
        least = 2 if reset else 1
        checked = validate_data(
            self, X, reset=reset, dtype="numeric", ensure_all_finite="allow-nan",
            ensure_min_samples=least, ensure_min_features=least,
        )  # fmt: skip
        try:
            return as_codes(checked, self.n_jobs)
        except StatisticsError as error:
            negative = np.nanmin(np.asarray(checked, dtype=np.float64)) < 0
            raise (_NegativeResponse.of(error) if negative else error) from error

    def _group(self, groups: Labels | None, n: int) -> IntArray:
        """The fitted number of each person's group. Errors: groups_needed, unknown_group."""
        if groups is None:
            if len(self.groups_) > 1:
                raise StatisticsError("groups_needed")
            return np.zeros(n, dtype=np.int64)
        labels, code = encode_labels(groups, "groups")
        if code.size != n:
            raise StatisticsError("length_mismatch", name="groups", expected=n, found=code.size)
        known = {label: number for number, label in enumerate(self.groups_)}
        unknown = [label for label in labels if label not in known]
        if unknown or (code == MISSING).any():
            found = str(unknown[0]) if unknown else "–"
            expected = [str(label) for label in self.groups_]
            raise StatisticsError("unknown_group", found=found, expected=expected)
        return np.array([known[label] for label in labels], dtype=np.int64)[code]

    def abilities(
        self, X: npt.ArrayLike, method: str = "eap", *, groups: Labels | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """(values, standard errors), each (n_persons,); see `ml.irt.abilities.abilities`.

        method: "eap", "wle" or "map"; NaN for a person without any response. Errors:
        unknown_method, groups_needed, unknown_group, invalid_response.
        """
        check_is_fitted(self)
        codes = self._codes(X)
        group = self._group(groups, len(codes))
        return ability.abilities(codes, group, self.items_, self.nodes_, method, n_jobs=self.n_jobs)

    def transform(self, X: npt.ArrayLike, groups: Labels | None = None) -> FloatArray:
        """EAP, (n_persons, 1)."""
        return self.abilities(X, "eap", groups=groups)[0][:, None]

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The one column of `transform`."""
        check_is_fitted(self)
        return np.array(["ability"], dtype=object)

    def empirical_reliability(self, X: npt.ArrayLike, *, groups: Labels | None = None) -> float:
        """var(EAP) / (var(EAP) + mean SE²), divisor n − 1."""
        return ability.empirical_reliability(*self.abilities(X, "eap", groups=groups))

    def marginal_reliability(self, group: int = 0) -> float:
        """E[I(θ) / (I(θ) + 1/σ²)] over the normal of the group (its number in groups_)."""
        check_is_fitted(self)
        return ability.marginal_reliability(self.items_, self.nodes_, group)

    def item_information(self, theta: npt.ArrayLike) -> FloatArray:
        """(n_items, n_values) Fisher information of each item at θ."""
        check_is_fitted(self)
        return ability.item_information(self.items_, np.atleast_1d(np.asarray(theta, float)))

    def test_information(self, theta: npt.ArrayLike) -> FloatArray:
        """(n_values,) the sum over all items."""
        return np.asarray(self.item_information(theta).sum(axis=0))

    def draw_plausible_values(
        self,
        X: npt.ArrayLike,
        *,
        conditioning: npt.ArrayLike | None,
        random_state: int | np.random.Generator | None,
        n_draws: int = 10,
        groups: Labels | None = None,
        clusters: Labels | None = None,
        waves: Labels | None = None,
        persons: Labels | None = None,
    ) -> FloatArray:
        """(n_rows, n_draws) plausible values; see `ml.irt.plausible.draw_plausible_values`.

        Whatever will be compared later (program × wave, school, sex, region, language) must be
        among the columns of `conditioning`: a difference that the draws do not know of shrinks by
        about one minus the reliability, and nothing afterwards repairs it. `groups` whose SDs are
        compared as well get their own there.
        """
        check_is_fitted(self)
        design = plausible.Design(conditioning, groups, clusters, waves, persons)
        return plausible.draw_plausible_values(
            self._codes(X), self.items_, self.nodes_, design,
            n_draws=n_draws, random_state=random_state, n_jobs=self.n_jobs,
        )  # fmt: skip

    def to_json(self) -> str:
        """Everything that scoring needs, and what the report shows."""
        check_is_fitted(self)
        return storage.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "ItemResponseModel":
        """The inverse of `to_json`. Errors: invalid_model."""
        model: ItemResponseModel = storage.from_json(cls, text)
        return model
