"""Prints a table: a line for each engine and model. Both predict labels or numbers of the same rows, in turns."""

import contextlib
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np
import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nacre

ROWS, TURNS = 1_000_000, 3
FEATURES = list("abcdefghij")


def models():
    rows, labels = make_classification(5000, len(FEATURES), random_state=0)
    frame = pd.DataFrame(rows, columns=FEATURES)
    for name, estimator in [
            ("forest of 100 trees", RandomForestClassifier(100, max_depth=10, random_state=0)),
            ("boosting of 100 trees", GradientBoostingClassifier(random_state=0)),
            ("scaler, logistic", make_pipeline(StandardScaler(), LogisticRegression()))]:
        yield name, estimator.fit(frame, labels)


@contextlib.contextmanager
def spark(rows):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import pandas_udf, struct
    from nacre.spark import predict_udf
    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "localhost").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(rows).cache()
    frame.count()

    def scored(model):
        if isinstance(model, nacre.Model):
            answers = predict_udf(model)(*FEATURES)
        else:
            @pandas_udf("long")
            def predict(part: pd.DataFrame) -> pd.Series:
                return pd.Series(model.predict(part))
            answers = predict(struct(*FEATURES))
        frame.select(answers).write.format("noop").mode("overwrite").save()

    yield scored
    session.stop()


@contextlib.contextmanager
def dask(rows):
    import dask.dataframe
    frame = dask.dataframe.read_parquet(rows, split_row_groups=True).persist()

    def scored(model):
        options = {"threads": 1} if isinstance(model, nacre.Model) else {}
        predict = lambda part: pd.Series(model.predict(part, **options), index=part.index)
        frame.map_partitions(predict, meta=pd.Series(dtype="int64")).compute()

    yield scored


@contextlib.contextmanager
def ray(rows):
    import ray
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=1 << 30, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    data = ray.data.read_parquet(rows).repartition(20).materialize()

    def scored(model):
        options = {"threads": 1} if isinstance(model, nacre.Model) else {}
        predict = lambda batch: pd.DataFrame({"prediction": model.predict(batch, **options)})
        data.map_batches(predict, batch_format="pandas", batch_size=50_000).materialize()

    yield scored
    ray.shutdown()


@contextlib.contextmanager
def mlflow(rows):
    import mlflow
    import nacre.mlflow
    frame = pd.read_parquet(rows)
    with tempfile.TemporaryDirectory() as folder:
        loaded = {}
        columns = mlflow.types.Schema([mlflow.types.ColSpec("double", name) for name in FEATURES])
        signature = mlflow.models.ModelSignature(inputs=columns)  # as Nacre's, which MLflow compares with the frame

        def scored(model):
            if id(model) not in loaded:
                to = f"{folder}/{len(loaded)}"
                if isinstance(model, nacre.Model):
                    nacre.mlflow.save_model(model, to)
                else:
                    mlflow.sklearn.save_model(model, to, signature=signature, serialization_format="cloudpickle")
                loaded[id(model)] = mlflow.pyfunc.load_model(to)
            loaded[id(model)].predict(frame)

        yield scored


def seconds(work, *arguments):
    begin = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begin


def main(names):
    engines = {"spark": spark, "dask": dask, "ray": ray, "mlflow": mlflow}
    with tempfile.TemporaryDirectory() as folder:
        rows = str(pathlib.Path(folder) / "rows.parquet")
        numbers = np.random.default_rng(0).normal(size=(ROWS, len(FEATURES)))
        pd.DataFrame(numbers, columns=FEATURES).to_parquet(rows, row_group_size=50_000)
        pairs = [(name, estimator, nacre.convert(estimator)) for name, estimator in models()]
        print(f"{'engine':8} {'model':22} {'Nacre':>12} {'scikit-learn':>12}  rows a second; median of {TURNS}")
        for engine in names or engines:
            with engines[engine](rows) as scored:
                for name, estimator, model in pairs:
                    scored(model), scored(estimator)  # warm
                    times = [(seconds(scored, model), seconds(scored, estimator)) for _ in range(TURNS)]
                    rates = [ROWS / statistics.median(side) for side in zip(*times)]
                    print(f"{engine:8} {name:22} {rates[0]:12,.0f} {rates[1]:12,.0f}  {rates[0] / rates[1]:.2f}",
                          flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
