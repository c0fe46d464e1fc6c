"""The Python package on live objects: python -m pytest tests/python, with scikit-learn and pandas installed."""

import pickle
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

import nacre

IRIS, DIABETES = load_iris(), load_diabetes()


def forest():
    return make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)).fit(IRIS.data, IRIS.target)


def test_a_pipeline_predicts_what_it_predicts_in_scikit_learn():
    pipeline = forest()
    model = nacre.convert(pipeline)
    assert (model.predict(IRIS.data) == pipeline.predict(IRIS.data)).all()
    assert np.allclose(model.predict_proba(IRIS.data), pipeline.predict_proba(IRIS.data), atol=1e-6)
    assert list(model.classes_) == ["0", "1", "2"]
    assert model.check(IRIS.data, pipeline).ok
    assert model.check(IRIS.data, pipeline, "predict_proba").largest_error < 1e-6


def test_a_comparison_finds_another_model():
    other = RandomForestClassifier(3, max_depth=1, random_state=1).fit(IRIS.data, IRIS.target)
    found = nacre.convert(forest()).check(IRIS.data, other)
    assert not found.ok and found.differing_rows > 0


def test_labels_may_be_texts():
    names = IRIS.target_names[IRIS.target]
    svc = SVC(probability=False).fit(IRIS.data, names)
    model = nacre.convert(svc)
    assert model.predict(IRIS.data).dtype.kind == "U"
    assert (model.predict(IRIS.data) == svc.predict(IRIS.data)).all()


def test_a_regressor_and_a_transformer_give_the_shapes_of_scikit_learn():
    boosting = GradientBoostingRegressor(n_estimators=20).fit(DIABETES.data, DIABETES.target)
    given = nacre.convert(boosting).predict(DIABETES.data)
    assert given.shape == DIABETES.target.shape
    assert np.allclose(given, boosting.predict(DIABETES.data), rtol=1e-5)
    pca = PCA(2).fit(IRIS.data)
    assert np.allclose(nacre.convert(pca).transform(IRIS.data), pca.transform(IRIS.data), atol=1e-5)


def test_columns_of_a_data_frame_are_found_by_name():
    frame = pd.DataFrame(IRIS.data, columns=list("abcd"))
    pipeline = forest().fit(frame, IRIS.target)
    model = nacre.convert(pipeline)
    assert [port.features for port in model.inputs] == [("a", "b", "c", "d")]
    assert (model.predict(frame[["d", "b", "a", "c"]]) == pipeline.predict(frame)).all()
    with pytest.raises(ValueError, match="no column d"):
        model.predict(frame[["a", "b", "c"]])


def test_a_table_of_numbers_and_texts_predicts_on_its_data_frame():
    frame = pd.DataFrame({"age": [20, 30, 40, 50, 35, 60], "city": list("abacba"), "sex": list("mfmffm")})
    columns = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city", "sex"])])
    pipeline = make_pipeline(columns, LogisticRegression()).fit(frame, [0, 1, 0, 1, 1, 0])
    model = nacre.convert(pipeline)
    assert (model.predict(frame) == pipeline.predict(frame)).all()
    assert np.allclose(model.predict_proba(frame), pipeline.predict_proba(frame), atol=1e-6)


def test_texts_predict_from_a_list_or_a_series():
    texts = ["good film", "bad film", "a very good one", "worst, bad"] * 5
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [1, 0, 1, 0] * 5)
    model = nacre.convert(pipeline)
    for rows in (texts, pd.Series(texts), np.array(texts)):
        assert (model.predict(rows) == pipeline.predict(texts)).all()


def test_a_list_of_models_is_a_chain():
    scaler = StandardScaler().fit(IRIS.data)
    after = LogisticRegression(max_iter=500).fit(scaler.transform(IRIS.data), IRIS.target)
    model = nacre.convert([scaler, after])
    assert (model.predict(IRIS.data) == after.predict(scaler.transform(IRIS.data))).all()


def test_threads_and_pickles_give_the_same_bits(tmp_path):
    model = nacre.convert(forest())
    rows = np.random.default_rng(0).normal(4, 2, (3000, 4))
    one = model.predict_proba(rows, threads=1)
    assert model.predict_proba(rows, threads=7).tobytes() == one.tobytes()
    assert pickle.loads(pickle.dumps(model)).predict_proba(rows).tobytes() == one.tobytes()
    model.save(tmp_path / "forest.nacre")
    assert nacre.load(tmp_path / "forest.nacre").predict_proba(rows).tobytes() == one.tobytes()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(model.predict_proba(rows).tobytes())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [one.tobytes()] * 4


def test_what_cannot_be_converted_is_refused_with_the_way_out():
    class Own:
        def predict(self, rows):
            return rows

    Own.__module__, Own.__qualname__ = __name__, "Own"
    globals()["Own"] = Own
    with pytest.raises(nacre.Refused, match="Own"):
        nacre.convert(Own())
    with pytest.raises(nacre.Refused):
        nacre.Model(b"no model")
    with pytest.raises(nacre.Refused, match="no output"):
        nacre.convert(forest()).run(IRIS.data, "no_such_output")


def test_rows_of_another_shape_or_type_are_refused():
    model = nacre.convert(forest())
    with pytest.raises(nacre.Refused):
        model.predict(IRIS.data[:, :3])
    with pytest.raises(ValueError, match="not a number"):
        model.predict(pd.DataFrame({0: ["a"], 1: [1], 2: [2], 3: [3]}, dtype=object))
    with pytest.raises(ValueError, match="no rows"):
        model.predict(IRIS.data[:0])
