"""Predictions in Spark (pyspark 3.5 or later), by the device's kernels.

    predict = nacre.spark.predict_udf(model)
    frame.withColumn("label", predict("age", "income"))    # the columns in the order of the model
"""

from __future__ import annotations

import os
from typing import Any, Iterator, Tuple

import numpy as np
import pandas as pd
from pyspark.sql.functions import pandas_udf
from pyspark.sql.types import (ArrayType, BooleanType, ByteType, DataType, DoubleType, FloatType, IntegerType, LongType,
                               ShortType, StringType)

from nacre._convert import load
from nacre._model import Model, Port

_TYPES = {"float32": FloatType, "float64": DoubleType, "int64": LongType, "int32": IntegerType, "int16": ShortType,
          "int8": ByteType, "uint8": ShortType, "bool": BooleanType, "str": StringType}


def predict_udf(model: Model | str | os.PathLike, output: str | None = None, *, threads: int = 1) -> Any:
    """A pandas UDF that predicts with `model`, a `nacre.Model` or the path of a Nacre file.

    Its arguments are columns of numbers or texts, in the order of the model's features (an array column stands for
    several), or one struct, whose fields are found by name. `output` is one of the model's, `predict` unless told: a
    number or text for each row, or an array of them where there are several, as of `predict_proba`. Spark runs a task
    for each processor already, so a task predicts on `threads=1`.

    The task fails with `nacre.Refused` where rows do not fit or hold a missing value that the library refuses; rows
    are counted within their Arrow batch. ValueError where the model has no such output.
    """
    model = model if isinstance(model, Model) else load(model)
    port = _port(model, output)
    is_single = int(np.prod(port.shape[1:])) == 1

    @pandas_udf(_type(port, is_single))
    def predict(batches: Iterator[Tuple[pd.Series, ...]]) -> Iterator[pd.Series]:
        for columns in batches:
            answers = model.run(_rows(columns), port.name, threads=threads)
            yield pd.Series(answers.reshape(-1) if is_single else list(answers.reshape(len(answers), -1)))

    return predict


def _port(model: Model, output: str | None) -> Port:
    names = [port.name for port in model.outputs]
    if output is None:
        output = "predict" if "predict" in names else names[0]
    if output not in names:
        raise ValueError(f"the model has no output {output}; choose among: {', '.join(names)}")
    return model.outputs[names.index(output)]


def _type(port: Port, is_single: bool) -> DataType:
    element = _TYPES[port.dtype]()
    return element if is_single else ArrayType(element)


def _rows(columns: Any) -> Any:
    """The rows of one Arrow batch: of a struct a frame, of columns an array."""
    columns = columns if isinstance(columns, tuple) else (columns,)
    if len(columns) == 1 and isinstance(columns[0], pd.DataFrame):
        return columns[0]
    if all(column.dtype.kind in "fiub" for column in columns):
        return np.stack([column.to_numpy() for column in columns], axis=1)
    if len(columns) == 1 and len(columns[0]) and isinstance(columns[0].iloc[0], (np.ndarray, list)):
        return np.stack(columns[0].to_numpy())
    return pd.concat(columns, axis=1).to_numpy(dtype=object)
