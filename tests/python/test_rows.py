"""Rows that run many at a time, where no layer looks from one to another, and the others."""

import pathlib

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

import nacre

IRIS = load_iris()
NAMES = IRIS.target_names[IRIS.target]
ROWS = np.random.default_rng(0).normal(size=(300, 4)) * 3 + 4  # no multiple of what runs at once


@pytest.mark.parametrize("estimator", [
    make_pipeline(StandardScaler(), LogisticRegression()),
    make_pipeline(Normalizer(), PCA(2), LogisticRegression()),
    MLPClassifier(hidden_layer_sizes=(17, 5), activation="tanh", max_iter=300, random_state=0),
    MLPRegressor(hidden_layer_sizes=(8,), max_iter=300, random_state=0),
    Ridge(),
    GaussianNB(),
    RandomForestClassifier(5, random_state=0),
], ids=repr)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_many_rows_have_the_bits_of_each_alone(estimator, dtype, order):
    estimator.fit(IRIS.data, NAMES if hasattr(estimator, "predict_proba") else IRIS.target)
    model, rows = nacre.convert(estimator), np.array(ROWS, dtype, order=order)
    for port in model.outputs:
        together = model.run(rows, port.name, threads=1)
        alone = np.concatenate([model.run(rows[i:i + 1], port.name) for i in range(len(rows))])
        assert together.tobytes() == alone.astype(together.dtype).tobytes()


def test_rows_run_many_at_a_time_where_no_layer_looks_from_one_to_another():
    at_a_time = lambda estimator: nacre.convert(estimator.fit(IRIS.data, IRIS.target))._core.rows_at_a_time
    assert at_a_time(make_pipeline(StandardScaler(), LogisticRegression())) == 64
    assert at_a_time(MLPClassifier(hidden_layer_sizes=(17,), max_iter=300, random_state=0)) == 64
    assert at_a_time(RandomForestClassifier(5, random_state=0)) == 1


def test_of_many_rows_the_refused_one_is_named():
    model = nacre.convert(make_pipeline(StandardScaler(), LogisticRegression()).fit(IRIS.data, IRIS.target))
    rows = ROWS.copy()
    rows[[100, 270], [2, 1]] = np.nan
    with pytest.raises(nacre.Refused, match="row 100, column 2"):
        model.predict(rows, threads=1)
    with pytest.raises(nacre.Refused, match="row 78, column 2"):
        model.predict(rows[22:], threads=2)


def test_rows_of_a_model_with_a_state_are_steps_in_order_from_the_start():
    folder = pathlib.Path(__file__).parents[1] / "fixtures/models/types_tflite"
    model = nacre.convert(folder / "svdf_float.tflite")
    steps, wanted = np.load(folder / "svdf_float.in.npy"), np.load(folder / "svdf_float.out.npy")
    rows = np.concatenate([steps] * 8)
    for threads in (1, 4):
        answers = model.run(rows, threads=threads)
        assert np.allclose(answers[:len(steps)], wanted.reshape(answers[:len(steps)].shape), atol=1e-5)
        assert not np.allclose(answers[len(steps):2 * len(steps)], answers[:len(steps)], atol=1e-5)
