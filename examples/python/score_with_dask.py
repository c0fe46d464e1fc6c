"""Scores a Parquet file with Dask: python score_with_dask.py MODEL.nacre ROWS.parquet ANSWERS.parquet"""

import sys

import dask.dataframe
import pandas as pd

import nacre


def score(model: nacre.Model, rows: str) -> dask.dataframe.DataFrame:
    """The rows, and a column `prediction`. Dask runs a partition on each processor, so that each takes one thread."""
    def add_prediction(part: pd.DataFrame) -> pd.DataFrame:
        return part.assign(prediction=model.predict(part, threads=1) if len(part) else None)

    frame = dask.dataframe.read_parquet(rows, split_row_groups=True)
    return frame.map_partitions(add_prediction, meta=frame._meta.assign(prediction=pd.Series(dtype="float32")))


if __name__ == "__main__":
    score(nacre.load(sys.argv[1]), sys.argv[2]).to_parquet(sys.argv[3])
