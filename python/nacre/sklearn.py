"""Estimators of scikit-learn (1.6 or later) that fit as the one that they wrap, and predict with the device's kernels.

    classifier = NacreClassifier(RandomForestClassifier()).fit(rows, labels)
    classifier.predict(rows)                   # in a pipeline, a grid search, cross_val_score…
    classifier.model_.save("forest.nacre")     # for a device
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, RegressorMixin, TransformerMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from nacre._convert import convert
from nacre._model import Model

__all__ = ["NacreClassifier", "NacreRegressor", "NacreTransformer"]


def _gives(method: str):
    """Whether the wrapped estimator has a method, and once fitted the model that output."""
    def there_is(wrapper: _Wrapper) -> bool:
        if not hasattr(wrapper, "model_"):
            return hasattr(wrapper.estimator, method)
        return any(port.name.partition("[")[0] == method for port in wrapper.model_.outputs)
    return available_if(there_is)


class _Wrapper(MetaEstimatorMixin, BaseEstimator):
    """What wrappers have in common. Fitted attributes are those that scikit-learn's own estimators have."""

    estimator_: Any
    model_: Model

    def __init__(self, estimator: Any, *, options: dict[str, Any] | None = None):
        self.estimator = estimator
        self.options = options

    def fit(self, X: Any, y: Any = None, **fit_params: Any):
        """Fits a clone of the estimator, and converts it. Raises `nacre.Refused` where it cannot be converted exactly.

        `fit_params`, as `sample_weight`, go to the estimator's own fit.
        """
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        self.model_ = convert(self.estimator_, **(self.options or {}))
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
            elif hasattr(self, name):
                delattr(self, name)
        return self

    def _rows(self, X: Any) -> Any:
        """The rows as the model takes them, once they are found to be like those of fit."""
        check_is_fitted(self, "model_")
        if not hasattr(self, "n_features_in_"):
            return X  # documents
        if hasattr(X, "columns") or any(port.dtype == "str" for port in self.model_.inputs):
            return validate_data(self, X, reset=False, skip_check_array=True)
        return validate_data(self, X, reset=False, accept_sparse=True, ensure_all_finite=False)

    def __sklearn_tags__(self):
        tags = copy.deepcopy(get_tags(self.estimator))
        tags.array_api_support = False  # the kernels take NumPy's arrays alone
        return tags


class NacreClassifier(ClassifierMixin, _Wrapper):
    """A classifier of scikit-learn that predicts with the device's kernels.

    Parameters: `estimator`, of which a clone is fitted; `options`, a dict of arguments of `nacre.convert`, or None.
    Attributes after `fit`: `estimator_`, the fitted clone; `model_`, the `nacre.Model`; `classes_`; `n_features_in_`
    and `feature_names_in_` where the estimator has them.
    """

    @property
    def classes_(self) -> np.ndarray:
        """The classes, in the order of the columns of `predict_proba`."""
        return self.estimator_.classes_

    def predict(self, X: Any) -> np.ndarray:
        """The label of each row, (rows,), of the type of `classes_`; of several targets (rows, targets).

        Raises `nacre.Refused`, a ValueError, by row and column where a value is missing that the estimator refuses.
        """
        rows = self._rows(X)
        labels = self.model_.predict(rows)
        return labels if isinstance(self.classes_, list) else labels.astype(self.classes_.dtype)

    @_gives("predict_proba")
    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities, float32 (rows, classes); of several targets a list of such. Raises as `predict` does."""
        rows = self._rows(X)
        return self.model_.predict_proba(rows)

    @_gives("decision_function")
    def decision_function(self, X: Any) -> np.ndarray:
        """Scores, float32: (rows,) of two classes, else a column for each. Raises as `predict` does."""
        rows = self._rows(X)
        return self.model_.decision_function(rows)


class NacreRegressor(RegressorMixin, _Wrapper):
    """A regressor of scikit-learn that predicts with the device's kernels.

    Parameters and attributes are those of `NacreClassifier`, without `classes_`.
    """

    def predict(self, X: Any) -> np.ndarray:
        """The target of each row, float32 (rows,), or (rows, targets).

        Raises `nacre.Refused`, a ValueError, by row and column where a value is missing that the estimator refuses.
        """
        rows = self._rows(X)
        return self.model_.predict(rows)


class NacreTransformer(TransformerMixin, _Wrapper):
    """A transformer of scikit-learn that transforms with the device's kernels.

    Parameters and attributes are those of `NacreClassifier`, without `classes_`.
    """

    def transform(self, X: Any) -> np.ndarray:
        """The transformed rows, (rows, features).

        Raises `nacre.Refused`, a ValueError, by row and column where a value is missing that the estimator refuses.
        """
        rows = self._rows(X)
        return self.model_.transform(rows)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names that the wrapped transformer gives to what it makes."""
        check_is_fitted(self, "model_")
        return self.estimator_.get_feature_names_out(input_features)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]  # float64 becomes float32 too
        return tags
