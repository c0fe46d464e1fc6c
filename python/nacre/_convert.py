"""How to get a model: from a trained object, from its file, from a Nacre file."""

from __future__ import annotations

import os
import pathlib
import tempfile
from typing import Any, Mapping, Sequence

import numpy as np

from nacre import _command
from nacre._model import Model
from nacre._saved import saved


def load(path: str | os.PathLike) -> Model:
    """Opens a Nacre file. Raises `Refused` where it is no whole model."""
    return Model(pathlib.Path(path).read_bytes())


def convert(model: Any, *, name: str = "", outputs: Sequence[str] = (), golden: Any = None, precision: str = "auto",
            input_precision: str = "decimal", target: str = "portable", select: Sequence[str] = (),
            signature: Sequence[str] = (), shape: Sequence[str] = (), **options: Any) -> Model:
    """Converts a trained model: an object of scikit-learn, XGBoost, LightGBM, CatBoost or Keras, or a path of a file.

    A list or tuple of models is a chain, as in `[scaler, classifier]`. Other arguments are the options of
    `nacre convert`, and `options` those that are not named here, as `model_version="2"`:

    - `name`: the model's name; that of its file or class unless told.
    - `outputs`: the outputs to keep, as `["predict"]`; all unless told.
    - `golden`: rows that become the proof of the file: an array, or a mapping from names of inputs to arrays.
    - `precision`: "auto", "float32" or "float64", in which layers compute.
    - `input_precision`: "decimal" or "float32", what the numbers of a row are.
    - `target`: a processor, as "cortex-m4", for whose kernels weights are packed.
    - `select`, `signature`, `shape`: which model of a file that holds several, and the shapes that it leaves open.

    Raises `Refused`, which lists every obstacle and the way out, where the model cannot be converted exactly, and
    ValueError where an option is unknown or has not that value. Objects are pickled to a temporary file meanwhile
    (Keras's are saved), and a process of its own converts it.
    """
    options = dict(name=name or _name_of(model), precision=precision, input_precision=input_precision, target=target,
                   select=select, signature=signature, shape=shape, **options)
    if outputs:
        options["outputs"] = ",".join(outputs)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        files, output = saved(model, folder), folder / "model.nacre"
        report = _command.run("convert", *files, "-o", output, hidden=f"{folder}{os.sep}",
                              golden=_golden(golden, folder), **options)
        del report["file"]
        return Model(output.read_bytes(), report=report)


def supported(*names: str) -> dict[str, Any]:
    """What converts, as data: what `nacre supported --json` prints of all, of a library ("sklearn"), or of a name.

    `Refused`, with the nearest name there is, where nothing that is called so converts.
    """
    return _command.run("supported", *names)


def _golden(rows: Any, folder: pathlib.Path) -> list[str]:
    """Files of the golden rows, as the command names them."""
    if rows is None:
        return []
    by_input = rows if isinstance(rows, Mapping) else {"": rows}
    files = []
    for i, (name, array) in enumerate(by_input.items()):
        file = folder / f"golden_{i}.npy"
        np.save(file, np.asarray(array))
        files.append(f"{name}={file}" if name else str(file))
    return files


def _name_of(model: Any) -> str:
    last = model[-1] if isinstance(model, (list, tuple)) and model else model
    return pathlib.Path(last).stem if isinstance(last, (str, os.PathLike)) else type(last).__name__
