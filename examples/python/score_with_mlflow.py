"""Logs a model to MLflow and scores a Parquet file with it, as its servers and batch jobs do:
python score_with_mlflow.py MODEL.nacre ROWS.parquet ANSWERS.parquet
"""

import sys

import mlflow
import pandas as pd

import nacre
import nacre.mlflow


def log(model: nacre.Model, example: pd.DataFrame) -> str:
    """The URI of the model that a run has logged."""
    with mlflow.start_run():
        return nacre.mlflow.log_model(model, name="model", input_example=example).model_uri


def score(uri: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, and a column `prediction`."""
    return rows.assign(prediction=mlflow.pyfunc.load_model(uri).predict(rows))


if __name__ == "__main__":
    frame = pd.read_parquet(sys.argv[2])
    score(log(nacre.load(sys.argv[1]), frame.head(3)), frame).to_parquet(sys.argv[3])
