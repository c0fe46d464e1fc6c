"""A converted model, and how to get one."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import tempfile
from typing import Any, Mapping, Sequence

import numpy as np

from nacre import _core
from nacre._rows import Inputs
from nacre._saved import saved

@dataclasses.dataclass(frozen=True)
class Port:
    """An input or output of a model.

    `shape` is that of one run; its first axis is the batch. `features` names the elements of the last axis, `labels`
    the classes that it stands for; both may be empty.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    features: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Comparison:
    """How far a model is from its library on some rows."""

    output: str
    rows: int
    differing_rows: int  #: of labels and other integers
    largest_error: float  #: of reals, absolute
    largest_expected: float  #: the largest answer of the library, absolute

    @property
    def ok(self) -> bool:
        """Whether all labels are equal, and no real is off by more than 1e-3 of the largest."""
        return self.differing_rows == 0 and self.largest_error <= 1e-3 * self.largest_expected


def _port(entry: Mapping[str, Any]) -> Port:
    return Port(entry["name"], entry["dtype"], entry["shape"], tuple(entry["features"]), tuple(entry["labels"]))


class Model:
    """A Nacre file in memory, whose predictions have the bits that every device gives.

    Its methods take rows as an array, a list, or a data frame whose columns are found by name; of a model with several
    inputs, a mapping from their names to such. Numbers are rounded to the type of their input, as on the device:
    `nacre run` is the one that refuses rows for which this changes the answer. Rows are shared out among `threads`
    threads, all processors unless told otherwise; the interpreter's lock is released meanwhile. A model can be pickled,
    and used by several threads at once.
    """

    def __init__(self, file: bytes, *, report: Mapping[str, Any] | None = None):
        """Opens the bytes of a Nacre file. Raises `Refused` where they are no whole model."""
        self._core = _core.Model(bytes(file))
        self._inputs = Inputs(self._core)
        self._outputs = [_port(entry) for entry in self._core.outputs]
        self.report = dict(report or {})  #: what the conversion said: "check", "warnings" and "precision"

    @property
    def inputs(self) -> list[Port]:
        """What the model takes."""
        return [_port(entry) for entry in self._core.inputs]

    @property
    def outputs(self) -> list[Port]:
        """What the model gives."""
        return list(self._outputs)

    @property
    def classes_(self) -> np.ndarray | list[np.ndarray]:
        """The classes of a classifier, in the order of the columns of `predict_proba`: of several targets a list.

        AttributeError of other models.
        """
        known = [np.array(port.labels) for port in self._outputs if port.labels]
        if not known:
            raise AttributeError("the model has no classes")
        if self._outputs[0].dtype != "str":
            known = [classes.astype(self._outputs[0].dtype) for classes in known]
        targets = sum(port.name.startswith("predict_proba[") for port in self._outputs)
        return known if targets else known[0]

    def run(self, rows: Any, output: str | None = None, *, threads: int | None = None) -> np.ndarray:
        """The answers of one output, by name or, unless told, the first one: one row for each row given.

        Raises `Refused` where rows do not fit, or hold values to which the model has no answer.
        """
        index = 0 if output is None else self._core.find_output(output)
        arrays, count = self._inputs.arrays(rows)
        threads = threads or os.cpu_count() or 1
        (elements, width), = self._core.run(arrays, [index], min(threads, max(count // 16, 1)))
        port = self._outputs[index]
        answers = elements.view(f"<U{width}" if port.dtype == "str" else port.dtype)
        return answers.reshape(-1, *port.shape[1:])

    def predict(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """The labels of a classifier, the numbers of a regressor, or the first output of a net."""
        name = "predict" if any(port.name == "predict" for port in self._outputs) else None
        answers = self.run(rows, name, threads=threads)
        return answers[:, 0] if name and answers.ndim == 2 and answers.shape[1] == 1 else answers

    def predict_proba(self, rows: Any, *, threads: int | None = None) -> np.ndarray | list[np.ndarray]:
        """Probabilities, a column for each of `classes_`. Of several targets, a list as scikit-learn gives it."""
        several = [port.name for port in self._outputs if port.name.startswith("predict_proba[")]
        if several:
            return [self.run(rows, name, threads=threads) for name in several]
        return self.run(rows, "predict_proba", threads=threads)

    def decision_function(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """Scores: of two classes one number a row, else a column for each class."""
        scores = self.run(rows, "decision_function", threads=threads)
        return scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 1 else scores

    def transform(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """The outcome of a transformer."""
        return self.run(rows, "transform", threads=threads)

    def check(self, rows: Any, model: Any, output: str | None = None) -> Comparison:
        """How far this is from `model`, the library's own: what it predicts of `rows`, or such predictions."""
        output = output or self._outputs[0].name
        if isinstance(model, (list, tuple, np.ndarray)):
            wanted = np.asarray(model)
        else:
            wanted = np.asarray(getattr(model, output if hasattr(model, output) else "predict")(rows))
        given = self.run(rows, output)
        wanted = wanted.reshape(given.shape)
        if given.dtype.kind != "f":
            if wanted.dtype.kind in "OUS":
                given, wanted = given.astype(str), wanted.astype(str)
            differ = (given != wanted).reshape(len(given), -1).any(axis=1)
            return Comparison(output, len(given), int(differ.sum()), 0.0, 0.0)
        wanted = wanted.astype(np.float64)
        with np.errstate(invalid="ignore"):
            error = np.abs(given.astype(np.float64) - wanted)
        error[(given == wanted) | (np.isnan(given) & np.isnan(wanted))] = 0
        error[np.isnan(error)] = np.inf
        finite = np.abs(wanted[np.isfinite(wanted)])
        return Comparison(output, len(given), 0, float(error.max(initial=0)), float(finite.max(initial=0)))

    def save(self, path: str | os.PathLike) -> None:
        """Writes the Nacre file, whole or not at all."""
        path = pathlib.Path(path)
        with tempfile.NamedTemporaryFile(dir=path.parent or ".", prefix=path.name + ".", delete=False) as file:
            file.write(self._core.file)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)

    def __bytes__(self) -> bytes:
        return self._core.file

    def __reduce__(self):
        return _open, (self._core.file, self.report)

    def __repr__(self) -> str:
        names = [", ".join(f"{port.name}{list(port.shape)}" for port in ports) for ports in (self.inputs, self.outputs)]
        return f"nacre.Model({names[0]} -> {names[1]}; {len(self._core.file)} bytes)"


def _open(file: bytes, report: Mapping[str, Any]) -> Model:
    return Model(file, report=report)


def load(path: str | os.PathLike) -> Model:
    """Opens a Nacre file. Raises `Refused` where it is no whole model."""
    return Model(pathlib.Path(path).read_bytes())


def convert(model: Any, *, name: str = "", outputs: Sequence[str] = (), golden: Any = None, precision: str = "auto",
            input_precision: str = "decimal", target: str = "portable", select: Sequence[str] = (),
            signature: Sequence[str] = (), shape: Sequence[str] = ()) -> Model:
    """Converts a trained model: an object of scikit-learn, XGBoost, LightGBM, CatBoost or Keras, or a path of a file.

    A list or tuple of models is a chain, as in `[scaler, classifier]`. Other arguments are those of `nacre convert`:
    `outputs` keeps some outputs alone, `golden` is rows (an array) that prove the file, `precision` is "auto",
    "float32" or "float64", `input_precision` "decimal" or "float32", `target` a processor. Raises `Refused`, which
    lists every obstacle and the way out, where the model cannot be converted exactly.
    """
    if precision not in ("auto", "float32", "float64") or input_precision not in ("decimal", "float32"):
        raise ValueError("precision is auto, float32 or float64; input_precision is decimal or float32")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        files = saved(model, folder)
        rows = []
        if golden is not None:
            np.save(folder / "golden.npy", np.asarray(golden))
            rows = [str(folder / "golden.npy")]
        output = folder / "model.nacre"
        try:
            report = _core.convert(files, str(output), name or _name_of(model), target, list(outputs), rows, precision,
                                   input_precision, list(select), list(signature), list(shape))
        except _core.Refused as refused:  # a file that nobody has seen is called after its class
            raise _core.Refused(str(refused).replace(f"{folder}{os.sep}", "")) from None
        return Model(output.read_bytes(), report=report)


def _name_of(model: Any) -> str:
    last = model[-1] if isinstance(model, (list, tuple)) and model else model
    return pathlib.Path(last).stem if isinstance(last, (str, os.PathLike)) else type(last).__name__
