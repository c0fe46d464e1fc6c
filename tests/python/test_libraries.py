"""Live objects of libraries other than scikit-learn. Keras runs on JAX (KERAS_BACKEND)."""

import importlib

import numpy as np
import pytest
from sklearn.datasets import load_iris

import nacre

IRIS = load_iris()


@pytest.mark.parametrize("library, name, options", [
    ("xgboost", "XGBClassifier", {"n_estimators": 10}),
    ("lightgbm", "LGBMClassifier", {"n_estimators": 5, "verbose": -1}),
    ("catboost", "CatBoostClassifier", {"iterations": 10, "verbose": 0, "allow_writing_files": False})])
def test_boosters_of_other_libraries_are_taken_as_they_are(library, name, options):
    booster = getattr(importlib.import_module(library), name)(**options).fit(IRIS.data, IRIS.target)
    model = nacre.convert(booster)
    assert (model.predict(IRIS.data).reshape(-1) == np.asarray(booster.predict(IRIS.data)).reshape(-1)).all()
    assert np.allclose(model.predict_proba(IRIS.data), booster.predict_proba(IRIS.data), atol=1e-5)


def test_a_net_of_keras_is_taken_as_it_is():
    keras = importlib.import_module("keras")
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(3, "softmax")])
    given = nacre.convert(net).predict(IRIS.data)
    assert np.allclose(given, net.predict(IRIS.data, verbose=0), atol=1e-6)


def test_a_net_of_keras_with_several_inputs_and_outputs_takes_and_is_compared_with_lists():
    keras = importlib.import_module("keras")
    keras.utils.set_random_seed(0)
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    net = keras.Model([a, b], [keras.layers.Dense(2, name="first")(keras.layers.Concatenate()([a, b])),
                               keras.layers.Dense(1, name="second")(a)])
    model, rows = nacre.convert(net), [IRIS.data, IRIS.data[:, :3]]
    assert np.allclose(model.predict(rows), net.predict(rows, verbose=0)[0], atol=1e-5)
    for output in "first", "second":
        for given in rows, {"a": rows[0], "b": rows[1]}:
            assert model.check(given, net, output).ok
