"""Spark in local mode."""

import os
import sys

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.functions import array, struct
from score_with_spark import score
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import nacre
from nacre.spark import predict_udf


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
               .config("spark.driver.memory", "2g").config("spark.driver.host", "localhost")
               .config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.sql.execution.arrow.pyspark.enabled", "true").getOrCreate())
    yield session
    session.stop()


def test_a_million_rows_have_the_bits_of_nacre_run_in_order(spark, job):
    answers = score(spark, job.model, job.parquet).select("prediction").toPandas()["prediction"].to_numpy()
    assert answers.dtype == np.float32 and answers.tobytes() == job.expected.tobytes()


def table():
    frame = pd.DataFrame({"age": [20, 30, 40, 50, 35, 60], "city": list("abacba")})
    columns = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city"])])
    return frame, make_pipeline(columns, LogisticRegression()).fit(frame, list("xyxyyx"))


def test_columns_arrays_and_structs(spark, tmp_path):
    frame, pipeline = table()
    model = nacre.convert(pipeline)
    model.save(tmp_path / "table.nacre")
    rows = spark.createDataFrame(frame[["city", "age"]])
    labels = rows.select(predict_udf(model)("age", "city")).toPandas().iloc[:, 0]
    assert list(labels) == list(pipeline.predict(frame))
    predict = predict_udf(tmp_path / "table.nacre", "predict_proba")
    given = np.stack(rows.select(predict(struct("city", "age"))).toPandas().iloc[:, 0])
    assert np.allclose(given, pipeline.predict_proba(frame), atol=1e-6)
    numbers = nacre.convert(StandardScaler().fit(frame[["age"]].to_numpy()))
    scaled = rows.select(predict_udf(numbers)(array("age"))).toPandas().iloc[:, 0]
    assert np.allclose(scaled, StandardScaler().fit_transform(frame[["age"]])[:, 0], atol=1e-6)


def test_what_cannot_be_predicted_fails_with_its_reason(spark, job):
    with pytest.raises(ValueError, match="no output no_such"):
        predict_udf(job.model, "no_such")
    rows = spark.createDataFrame(job.frame.head(3).replace(job.frame.iloc[1, 2], float("nan")))
    with pytest.raises(Exception, match=r"row \d, column c: the value is missing"):
        rows.select(predict_udf(job.model)(*job.frame.columns)).collect()
