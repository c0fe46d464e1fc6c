"""A flavour of MLflow (3 or later): Nacre files as models of a registry, and of its servers and batch jobs.

    nacre.mlflow.log_model(model, name="churn", input_example=rows[:3])
    nacre.mlflow.load_model("models:/churn/1")             # a nacre.Model
    mlflow.pyfunc.load_model("models:/churn/1").predict(frame)
"""

from __future__ import annotations

import os
import pathlib
import platform
import sys
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import yaml
from mlflow.models import Model as MlflowModel
from mlflow.models import ModelSignature
from mlflow.models.model import MLMODEL_FILE_NAME
from mlflow.models.utils import _save_example
from mlflow.tracking.artifact_utils import _download_artifact_from_uri
from mlflow.types import ColSpec, Schema, TensorSpec

from nacre import _core
from nacre._convert import load
from nacre._model import Model, Port

FLAVOR_NAME = "nacre"
_FILE = "model.nacre"
_COLUMN_TYPES = {"float32": "double", "float64": "double", "int64": "long", "int32": "integer", "str": "string",
                 "bool": "boolean"}


def save_model(model: Model, path: str | os.PathLike, *, signature: ModelSignature | None = None,
               input_example: Any = None, pip_requirements: list[str] | None = None,
               metadata: dict[str, Any] | None = None, mlflow_model: MlflowModel | None = None) -> None:
    """Writes a folder that MLflow loads, as a `nacre.Model` or as a `pyfunc`.

    `signature` is made from the model's inputs and outputs unless given, `input_example` a few rows that MLflow
    serves to whoever asks. MlflowException where the folder exists already and is not empty.
    """
    folder = pathlib.Path(path)
    if folder.exists() and any(folder.iterdir()):
        raise mlflow.MlflowException(f"{folder} exists and is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    about = mlflow_model or MlflowModel()
    about.signature = signature or signature_of(model)
    if input_example is not None:
        _save_example(about, input_example, str(folder))
    if metadata is not None:
        about.metadata = metadata
    model.save(folder / _FILE)
    mlflow.pyfunc.add_to_model(about, loader_module=__name__, data=_FILE, python_env="python_env.yaml")
    about.add_flavor(FLAVOR_NAME, nacre_version=_core.version, data=_FILE, digest=model.inspect()["digest"])
    _write_environment(folder, pip_requirements or [f"nacre-ml=={_core.version}", f"mlflow=={mlflow.__version__}"])
    about.save(str(folder / MLMODEL_FILE_NAME))


def log_model(model: Model, name: str | None = None, *, registered_model_name: str | None = None,
              **arguments: Any) -> Any:
    """Logs the model to the active run, and registers it where a name is given. Returns MLflow's ModelInfo.

    Other arguments are those of `save_model`.
    """
    return MlflowModel.log(artifact_path=None, name=name, flavor=sys.modules[__name__], model=model,
                           registered_model_name=registered_model_name, **arguments)


def load_model(model_uri: str, dst_path: str | None = None) -> Model:
    """The `nacre.Model` of an URI or folder. MlflowException where there is none, `Refused` where it is damaged."""
    folder = _download_artifact_from_uri(artifact_uri=model_uri, output_path=dst_path)
    return load(pathlib.Path(folder) / _FILE)


def signature_of(model: Model) -> ModelSignature:
    """Columns of a data frame where the features of all inputs have names, else a tensor for each input.

    MLflow's columns are doubles where the model takes float32: data frames hold doubles, and Nacre rounds.
    """
    ports = model.inputs
    if all(port.features and port.dtype in _COLUMN_TYPES for port in ports):
        inputs = [ColSpec(_COLUMN_TYPES[port.dtype], name) for port in ports for name in port.features]
    elif len(ports) == 1 and ports[0].dtype == "str" and int(np.prod(ports[0].shape)) == 1:
        inputs = [ColSpec("string")]
    else:
        inputs = [_tensor(port, port.name if len(ports) > 1 else None) for port in ports]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema([_answers(model)]))


def _tensor(port: Port, name: str | None) -> TensorSpec:
    return TensorSpec(np.dtype(port.dtype), (-1, *port.shape[1:]), name)


def _answers(model: Model) -> ColSpec | TensorSpec:
    """What `predict` gives."""
    port = next((port for port in model.outputs if port.name == "predict"), model.outputs[0])
    if port.dtype == "str":
        return ColSpec("string")
    shape = port.shape[1:]
    return TensorSpec(np.dtype(port.dtype), (-1,) if port.name == "predict" and shape in ((), (1,)) else (-1, *shape))


def _write_environment(folder: pathlib.Path, requirements: list[str]) -> None:
    (folder / "requirements.txt").write_text("\n".join(requirements) + "\n")
    environment = {"python": platform.python_version(), "build_dependencies": ["pip"],
                   "dependencies": ["-r requirements.txt"]}
    (folder / "python_env.yaml").write_text(yaml.safe_dump(environment))


class _Pyfunc:
    """What `mlflow.pyfunc` calls."""

    def __init__(self, model: Model):
        self.model = model

    def get_raw_model(self) -> Model:
        return self.model

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """The answers of `predict`; of a data frame with the index of the frame."""
        answers = self.model.predict(data)
        is_series = isinstance(data, pd.DataFrame) and answers.ndim == 1
        return pd.Series(answers, index=data.index) if is_series else answers


def _load_pyfunc(path: str) -> _Pyfunc:
    return _Pyfunc(load(path))
