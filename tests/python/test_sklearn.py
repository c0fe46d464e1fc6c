"""Wrappers as scikit-learn's own: its checks of an estimator, and what people do with one."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nacre
from nacre.sklearn import NacreClassifier, NacreRegressor, NacreTransformer

IRIS, DIABETES = load_iris(), load_diabetes()


def expected_to_fail(wrapper):
    if isinstance(wrapper.estimator, LinearRegression):
        return {"check_regressor_multioutput": "asks for float64; Nacre's answers are the float32 of a device"}
    return {}


@parametrize_with_checks(
    [NacreClassifier(LogisticRegression()), NacreClassifier(RandomForestClassifier(10, random_state=0)),
     NacreRegressor(LinearRegression()), NacreRegressor(GradientBoostingRegressor(n_estimators=10)),
     NacreTransformer(StandardScaler()), NacreTransformer(PCA(1))],
    expected_failed_checks=expected_to_fail)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_a_classifier_predicts_what_the_estimator_predicts():
    wrapper = NacreClassifier(make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)))
    wrapper.fit(IRIS.data, IRIS.target_names[IRIS.target])
    assert is_classifier(wrapper) and list(wrapper.classes_) == list(IRIS.target_names)
    assert (wrapper.predict(IRIS.data) == wrapper.estimator_.predict(IRIS.data)).all()
    assert np.allclose(wrapper.predict_proba(IRIS.data), wrapper.estimator_.predict_proba(IRIS.data), atol=1e-6)
    assert not hasattr(wrapper, "decision_function")
    assert wrapper.predict(IRIS.data).tobytes() == pickle.loads(pickle.dumps(wrapper)).predict(IRIS.data).tobytes()


def test_a_wrapper_takes_part_in_searches_and_scores():
    search = GridSearchCV(NacreClassifier(LogisticRegression(max_iter=500)), {"estimator__C": [0.1, 1]}, cv=3)
    search.fit(IRIS.data, IRIS.target)
    assert isinstance(search.best_estimator_.model_, nacre.Model)
    wrapped = cross_val_score(NacreRegressor(LinearRegression()), DIABETES.data, DIABETES.target, cv=3)
    assert is_regressor(NacreRegressor(LinearRegression()))
    assert np.allclose(wrapped, cross_val_score(LinearRegression(), DIABETES.data, DIABETES.target, cv=3), atol=1e-5)
    assert clone(search.best_estimator_).get_params()["estimator__C"] == search.best_params_["estimator__C"]


def test_sample_weights_and_options_arrive():
    wrapper = NacreClassifier(LogisticRegression(max_iter=500), options={"outputs": ["predict"], "name": "flowers"})
    weights = np.where(IRIS.target == 0, 1e-9, 1.0)
    wrapper.fit(IRIS.data, IRIS.target, sample_weight=weights)
    assert (wrapper.predict(IRIS.data) == wrapper.estimator_.predict(IRIS.data)).all()
    assert (wrapper.predict(IRIS.data) != LogisticRegression(max_iter=500).fit(
        IRIS.data, IRIS.target).predict(IRIS.data)).any()
    assert [port.name for port in wrapper.model_.outputs] == ["predict"] and not hasattr(wrapper, "predict_proba")


def test_tables_and_texts():
    frame = pd.DataFrame({"age": [20, 30, 40, 50, 35, 60], "city": list("abacba"), "sex": list("mfmffm")})
    columns = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city", "sex"])])
    wrapper = NacreClassifier(make_pipeline(columns, LogisticRegression())).fit(frame, [0, 1, 0, 1, 1, 0])
    assert (wrapper.predict(frame) == wrapper.estimator_.predict(frame)).all()
    assert list(wrapper.feature_names_in_) == ["age", "city", "sex"]
    texts = ["good film", "bad film", "a very good one", "worst, bad"] * 5
    reviews = NacreClassifier(make_pipeline(TfidfVectorizer(), LogisticRegression())).fit(texts, [1, 0, 1, 0] * 5)
    assert list(reviews.predict(texts)) == [1, 0, 1, 0] * 5


def test_a_transformer_names_its_columns():
    frame = pd.DataFrame(IRIS.data, columns=list("abcd"))
    wrapper = NacreTransformer(StandardScaler()).set_output(transform="pandas").fit(frame)
    assert list(wrapper.transform(frame).columns) == list("abcd")
    assert np.allclose(wrapper.transform(frame), wrapper.estimator_.transform(frame), atol=1e-5)


def test_what_cannot_be_converted_is_refused_by_fit():
    class Own(LogisticRegression):
        pass

    Own.__module__, Own.__qualname__ = __name__, "Own"
    globals()["Own"] = Own
    with pytest.raises(nacre.Refused, match="Own"):
        NacreClassifier(Own()).fit(IRIS.data, IRIS.target)
