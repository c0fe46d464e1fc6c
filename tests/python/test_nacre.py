"""The Python package on live objects of scikit-learn."""

import pathlib
import pickle
import threading
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
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
    assert list(model.classes_) == [0, 1, 2]
    assert model.check(IRIS.data, pipeline).ok
    assert model.check(IRIS.data, pipeline, "predict_proba").largest_error < 1e-6


def test_several_targets_give_lists_as_in_scikit_learn():
    targets = np.stack([IRIS.target, IRIS.target // 2], axis=1)
    several = RandomForestClassifier(5, random_state=0).fit(IRIS.data, targets)
    model = nacre.convert(several)
    assert (model.predict(IRIS.data) == several.predict(IRIS.data)).all()
    given, wanted = model.predict_proba(IRIS.data), several.predict_proba(IRIS.data)
    assert len(given) == 2 and all(np.allclose(a, b, atol=1e-6) for a, b in zip(given, wanted))
    assert [list(classes) for classes in model.classes_] == [[0, 1, 2], [0, 1]]


def test_scores_have_the_shape_of_scikit_learn():
    two = IRIS.target < 2
    for rows, labels in ((IRIS.data, IRIS.target), (IRIS.data[two], IRIS.target[two])):
        svc = SVC().fit(rows, labels)
        given = nacre.convert(svc).decision_function(rows)
        assert given.shape == svc.decision_function(rows).shape
        assert np.allclose(given, svc.decision_function(rows), atol=1e-4)


def test_values_for_which_the_library_raises_are_refused():
    model = nacre.convert(LogisticRegression(max_iter=500).fit(IRIS.data, IRIS.target))
    rows = IRIS.data.copy()
    for value in (np.nan, np.inf):
        rows[7, 2] = value
        with pytest.raises(nacre.Refused, match="row 7, column 2"):
            model.predict(rows)


def test_a_file_converts_by_its_path_and_refuses_a_missing_text_where_its_release_does():
    encoders = pathlib.Path(__file__).parents[1] / "fixtures/models/options_sklearn/encoders_0.20.4.pkl.gz"
    model = nacre.convert(encoders, select=["0"])
    with pytest.raises(ValueError, match="row 1, column city: the text is missing"):
        model.transform(pd.DataFrame({"land": ["x", "y"], "city": ["a", None]}))


def test_golden_rows_and_options_of_the_conversion():
    model = nacre.convert(forest(), golden=IRIS.data[:5], outputs=["predict"], name="flowers")
    assert [port.name for port in model.outputs] == ["predict"]
    assert model.conversion["check"]["rows"] >= 5
    with pytest.raises(ValueError, match="--precision: half not in"):
        nacre.convert(forest(), precision="half")
    with pytest.raises(ValueError, match="--no-such-option"):
        nacre.convert(forest(), no_such_option=1)
    with pytest.raises(nacre.Refused, match="no_such_output"):
        nacre.convert(forest(), outputs=["no_such_output"])


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


def test_a_text_that_is_missing_is_no_empty_text():
    reviews = ["good film", "bad", "ok film", "worse", "bad film", "good"]
    frame = pd.DataFrame({"city": list("abacba"), "review": reviews})
    columns = ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["city"]),
                                 ("t", TfidfVectorizer(), "review")])
    pipeline = make_pipeline(columns, LogisticRegression()).fit(frame, [1, 0, 1, 0, 0, 1])
    model = nacre.convert(pipeline)
    for missing in (None, np.nan):
        rows = frame.copy()
        rows.loc[2, "city"] = missing  # the encoder knows it: no category of training
        assert np.allclose(model.predict_proba(rows), pipeline.predict_proba(rows), atol=1e-6)
        rows.loc[4, "review"] = missing
        with pytest.raises(nacre.Refused, match="row 4, column review: the text is missing"):
            model.predict(rows)
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(frame.review, [1, 0, 1, 0, 0, 1])
    with pytest.raises(nacre.Refused, match="row 1, column 0: the text is missing"):
        nacre.convert(texts).predict(["good", None])


def test_a_list_of_models_is_a_chain():
    scaler = StandardScaler().fit(IRIS.data)
    after = LogisticRegression(max_iter=500).fit(scaler.transform(IRIS.data), IRIS.target)
    model = nacre.convert([scaler, after])
    assert (model.predict(IRIS.data) == after.predict(scaler.transform(IRIS.data))).all()


def test_a_model_says_what_it_is():
    model = nacre.convert(forest(), name="flowers", model_version="2")
    about = model.inspect()
    assert about["name"] == "flowers" and about["model_version"] == "2" and len(about["digest"]) == 64
    assert about["source"]["library"] == "scikit-learn"
    assert about["memory"]["total_bytes"] == model.conversion["memory_bytes"] > 0
    assert [port["shape"] for port in about["inputs"]] == [list(port.shape) for port in model.inputs] == [[1, 4]]
    assert [port["name"] for port in about["outputs"]] == [port.name for port in model.outputs]
    assert all(layer["op"] and layer["output_shape"] for layer in about["layers"])


def test_time_is_measured_layer_by_layer():
    model = nacre.convert(forest())
    times = model.bench(seconds=0.05, kernels="reference")
    assert times["seconds"] > 0
    assert [layer["name"] for layer in times["layers"]] == [layer["name"] for layer in model.inspect()["layers"]]
    with pytest.raises(ValueError, match="no_such_kernels"):
        model.bench(kernels="no_such_kernels")


def test_code_for_a_firmware_takes_the_options_of_the_command(tmp_path):
    model = nacre.convert(forest(), name="flowers")
    files = model.codegen(tmp_path / "code")
    assert tmp_path / "code/flowers.h" in files and all(file.stat().st_size > 0 for file in files)
    assert tmp_path / "other/iris.h" in model.codegen(tmp_path / "other", name="iris", incbin=True)
    with pytest.raises(ValueError, match="no-such-option"):
        model.codegen(tmp_path, no_such_option=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(nacre.Refused):
        model.codegen(tmp_path / "file")


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


def test_other_threads_run_while_one_predicts():
    model, rows = nacre.convert(forest()), np.ones((300_000, 4), np.float32)
    worker = threading.Thread(target=lambda: model.predict_proba(rows, threads=1))
    worker.start()
    turns = 0
    while worker.is_alive():
        turns += 1
    assert turns > 1000


def test_what_cannot_be_converted_is_refused_with_the_way_out():
    class Own:
        def predict(self, rows):
            return rows

    Own.__module__, Own.__qualname__ = __name__, "Own"
    globals()["Own"] = Own
    with pytest.raises(nacre.Refused, match="^Own_0.pkl: "):
        nacre.convert(Own())
    with pytest.raises(nacre.Refused):
        nacre.Model(b"no model")
    with pytest.raises(nacre.Refused, match="no output"):
        nacre.convert(forest()).run(IRIS.data, "no_such_output")


def test_a_refusal_holds_the_tree_of_the_model():
    scorer = make_pipeline(StandardScaler(), FunctionTransformer(np.cbrt), LogisticRegression())
    with pytest.raises(nacre.Refused) as caught:
        nacre.convert(scorer.fit(IRIS.data, IRIS.target))
    assert all(obstacle["what"] in str(caught.value) for obstacle in caught.value.obstacles)
    converts = {step["name"]: step["converts"] for part in caught.value.parts for step in part["parts"]}
    assert converts["standardscaler: StandardScaler"] and not converts["functiontransformer: FunctionTransformer"]
    with pytest.raises(nacre.Refused) as caught:
        nacre.Model(b"no model")
    assert caught.value.obstacles == caught.value.parts == []


def test_rows_of_another_shape_or_type_are_refused():
    model = nacre.convert(forest())
    with pytest.raises(nacre.Refused):
        model.predict(IRIS.data[:, :3])
    with pytest.raises(ValueError, match="not a number"):
        model.predict(pd.DataFrame({0: ["a"], 1: [1], 2: [2], 3: [3]}, dtype=object))
    with pytest.raises(ValueError, match="no rows"):
        model.predict(IRIS.data[:0])


def test_what_cannot_be_pickled_is_refused_like_a_model_that_does_not_convert():
    pipeline = make_pipeline(FunctionTransformer(lambda rows: rows + 1), RandomForestClassifier(3)).fit(IRIS.data,
                                                                                                       IRIS.target)
    with pytest.raises(nacre.Refused, match="Pipeline: holds what cannot be pickled .*lambda.*; .*NumPy") as caught:
        nacre.convert(pipeline)
    assert caught.value.obstacles[0]["places"] == []


def test_a_comparison_prints_its_verdict_and_wrong_shapes_are_named():
    pipeline = forest()
    model = nacre.convert(pipeline)
    assert str(model.check(IRIS.data, pipeline)) == "predict: 150 rows, all equal: ok"
    other = np.roll(pipeline.predict(IRIS.data), 1)
    assert str(model.check(IRIS.data, other)).endswith("differ: not ok")
    proba = model.check(IRIS.data, pipeline.predict_proba(IRIS.data), "predict_proba")
    assert str(proba).startswith("predict_proba: 150 rows, largest error ") and str(proba).endswith(": ok")
    with pytest.raises(ValueError, match=r"shape \(150, 3\), and output predict has \(150,\); .*predict_proba"):
        model.check(IRIS.data, pipeline.predict_proba(IRIS.data))


def test_columns_that_are_missing_are_guessed_or_compared_with_those_there_are():
    frame = pd.DataFrame(IRIS.data, columns=IRIS.feature_names)
    model = nacre.convert(RandomForestClassifier(3, random_state=0).fit(frame, IRIS.target))
    renamed = frame.rename(columns=lambda name: name.removesuffix(" (cm)").replace(" ", "_"))
    with pytest.raises(ValueError, match="did you mean sepal_length, sepal_width, petal_length, petal_width[?]"):
        model.predict(renamed)
    with pytest.raises(ValueError, match="the rows have a, b, c, d: name the columns as the model does"):
        model.predict(frame.set_axis(list("abcd"), axis=1))


def test_a_missing_text_that_the_library_may_tell_from_nan_is_warned_of():
    frame = pd.DataFrame({"city": pd.Series(list("abacba"), dtype=object)})
    model = nacre.convert(make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"),
                                        LogisticRegression()).fit(frame, [1, 0, 1, 0, 0, 1]))
    for value in None, "":
        rows = pd.DataFrame({"city": pd.Series(["a", value], dtype=object)})
        with pytest.warns(UserWarning, match="column city: row 1 is None or an empty text"):
            model.predict(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(pd.DataFrame({"city": pd.Series(["a", np.nan], dtype=object)}))


def test_what_is_missing_in_another_way_than_in_training_is_refused():
    columns = np.array([["a", "b", None, "c"] * 3, ["a", "", "b", "c"] * 3, [1, None, 2, 3] * 3], dtype=object)
    for trained, others in ([columns[0], (np.nan,)], [columns[1], (np.nan, None)], [columns[2], (np.nan,)]):
        pipeline = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression())
        pipeline.fit(trained[:, None], [0, 1] * 6)
        model = nacre.convert(pipeline)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert np.allclose(model.predict_proba(trained[:, None]), pipeline.predict_proba(trained[:, None]))
        for other in others:
            with pytest.raises(nacre.Refused, match="row 1, column 0: .* is missing in another way than in training"):
                model.predict(np.array([trained[0], other], dtype=object)[:, None])


def test_files_are_written_under_names_of_their_kind_and_boards_are_asked(tmp_path):
    model = nacre.convert(forest())
    with pytest.raises(ValueError, match="another kind of file"):
        model.save(tmp_path / "model.onnx")
    with pytest.raises(FileNotFoundError, match="there is no folder .*none; make it first"):
        model.save(tmp_path / "none" / "model.nacre")
    with pytest.raises(ValueError, match="end its name with .html"):
        model.report(tmp_path / "report.pdf")
    with pytest.raises(ValueError, match="without a value"):
        model.codegen("")
    assert list(tmp_path.iterdir()) == []
    assert model.inspect(board="stm32f411")["fits"][0]["fits"] is True
    assert "RandomForestClassifier" in nacre.supported("sklearn")["sklearn"]["predict"]
    with pytest.raises(nacre.Refused, match="did you mean SVC[?]"):
        nacre.supported("SVCC")
