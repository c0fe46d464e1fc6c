"""Scores a Parquet file with Ray Data: python score_with_ray.py MODEL.nacre ROWS.parquet ANSWERS.parquet"""

import sys

import pandas as pd
import ray

import nacre


def score(model: nacre.Model, rows: str) -> ray.data.Dataset:
    """The rows, and a column `prediction`, in the order of the file, which Ray keeps only when it is told to."""
    def add_prediction(batch: pd.DataFrame) -> pd.DataFrame:
        return batch.assign(prediction=model.predict(batch, threads=1))

    ray.data.DataContext.get_current().execution_options.preserve_order = True
    return ray.data.read_parquet(rows).map_batches(add_prediction, batch_format="pandas", batch_size=50_000)


if __name__ == "__main__":
    score(nacre.load(sys.argv[1]), sys.argv[2]).write_parquet(sys.argv[3])
