"""MLflow, its runs and its registry in SQLite."""

import mlflow
import numpy as np
import pandas as pd
import pytest
from score_with_mlflow import log, score
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import nacre
import nacre.mlflow


@pytest.fixture(scope="module", autouse=True)
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    mlflow.set_experiment(experiment_id=mlflow.create_experiment("nacre", artifact_location=f"file:{folder}/artifacts"))


def test_a_million_rows_have_the_bits_of_nacre_run_in_order(job):
    answers = score(log(job.model, job.frame.head(3)), job.frame)["prediction"].to_numpy()
    assert answers.dtype == np.float32 and answers.tobytes() == job.expected.tobytes()


def test_a_saved_model_loads_as_itself_with_signature_and_example(tmp_path, job):
    nacre.mlflow.save_model(job.model, tmp_path / "saved", input_example=job.frame.head(3), metadata={"team": "a"})
    assert bytes(nacre.mlflow.load_model(str(tmp_path / "saved"))) == bytes(job.model)
    about = mlflow.models.get_model_info(str(tmp_path / "saved"))
    assert about.signature.inputs.input_names() == list(job.frame.columns)
    assert about.flavors["nacre"]["digest"] == job.model.inspect()["digest"] and about.metadata == {"team": "a"}
    example = mlflow.pyfunc.load_model(str(tmp_path / "saved")).input_example
    pd.testing.assert_frame_equal(example, job.frame.head(3))
    with pytest.raises(mlflow.MlflowException, match="not empty"):
        nacre.mlflow.save_model(job.model, tmp_path / "saved")


def test_a_model_is_registered_and_refuses_other_columns(job):
    with mlflow.start_run():
        nacre.mlflow.log_model(job.model, name="model", registered_model_name="boosting")
    served = mlflow.pyfunc.load_model("models:/boosting/1")
    assert served.predict(job.frame.head(5)).to_numpy().tobytes() == job.expected[:5].tobytes()
    with pytest.raises(mlflow.MlflowException, match="missing"):
        served.predict(job.frame.head(5).drop(columns="c"))


def test_models_without_names_and_of_texts(tmp_path):
    rows = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    numbers = nacre.convert(LogisticRegression().fit(rows, rows[:, 0] > 0))
    nacre.mlflow.save_model(numbers, tmp_path / "numbers", input_example=rows[:2])
    served = mlflow.pyfunc.load_model(str(tmp_path / "numbers"))
    assert (served.predict(rows) == numbers.predict(rows)).all()
    texts = ["good film", "bad film", "a very good one", "worst, bad"] * 5
    reviews = nacre.convert(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, list("pnpn") * 5))
    nacre.mlflow.save_model(reviews, tmp_path / "reviews", input_example=texts[:2])
    assert list(mlflow.pyfunc.load_model(str(tmp_path / "reviews")).predict(texts)) == list("pnpn") * 5
