"""A converted model, and how to get one."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import tempfile
from typing import Any, Iterator, Mapping

import numpy as np

from nacre import _command, _core
from nacre._rows import Inputs


_OTHER_MODELS = (".onnx", ".h5", ".hdf5", ".keras", ".tflite", ".pkl", ".pickle", ".joblib", ".skops", ".json")


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

    def __str__(self) -> str:
        if self.largest_expected or self.largest_error:
            told = f"largest error {self.largest_error:.3g} beside {self.largest_expected:.3g}"
        else:
            told = f"{self.differing_rows} differ" if self.differing_rows else "all equal"
        return f"{self.output}: {self.rows} rows, {told}: {'ok' if self.ok else 'not ok'}"

    @property
    def ok(self) -> bool:
        """Whether all labels are equal, and no real is off by more than 1e-3 of the largest."""
        return self.differing_rows == 0 and self.largest_error <= 1e-3 * self.largest_expected


def _port(entry: Mapping[str, Any]) -> Port:
    return Port(entry["name"], entry["dtype"], entry["shape"], tuple(entry["features"]), tuple(entry["labels"]))


class Model:
    """A Nacre file in memory, whose predictions have the bits that every device gives.

    Its methods take rows as an array, a list, or a data frame whose columns are found by name; of a model with several
    inputs, a mapping from their names to such, or a list of such in their order. Numbers are rounded to the type of
    their input, as on the device: `nacre run` is the one that refuses rows for which this changes the answer. Rows are
    shared out among `threads` threads, all processors unless told otherwise; the interpreter's lock is released
    meanwhile. A model can be pickled, and used by several threads at once. Rows of a model with a state are steps: in
    their order, on one thread, and from the start in every call.
    """

    def __init__(self, file: bytes, *, report: Mapping[str, Any] | None = None):
        """Opens the bytes of a Nacre file. Raises `Refused` where they are no whole model."""
        self._core = _core.Model(bytes(file))
        self._inputs = Inputs(self._core)
        self._outputs = [_port(entry) for entry in self._core.outputs]
        self.conversion = dict(report or {})  #: what `nacre convert --json` said: "check", "precision", "memory_bytes"…

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
        """The answers of one output, by name or, unless told, the first one: (rows, *shape of a row).

        Raises `Refused` where rows do not fit, or hold values to which the model has no answer, by row and column;
        ValueError where a data frame lacks a column, or a column of numbers holds something else.
        """
        index = 0 if output is None else self._core.find_output(output)
        arrays, count = self._inputs.arrays(rows)
        threads = threads or os.cpu_count() or 1
        (elements, width), = self._core.run(arrays, [index], min(threads, max(count // 16, 1)))
        port = self._outputs[index]
        answers = elements.view(f"<U{width}" if port.dtype == "str" else port.dtype)
        return answers.reshape(-1, *port.shape[1:])

    def predict(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """The labels of a classifier or the numbers of a regressor, (rows,) or (rows, targets); else the first output.

        Raises as `run` does.
        """
        name = "predict" if any(port.name == "predict" for port in self._outputs) else None
        answers = self.run(rows, name, threads=threads)
        return answers[:, 0] if name and answers.ndim == 2 and answers.shape[1] == 1 else answers

    def predict_proba(self, rows: Any, *, threads: int | None = None) -> np.ndarray | list[np.ndarray]:
        """Probabilities, (rows, classes), in the order of `classes_`. Of several targets a list, as in scikit-learn.

        Raises as `run` does, and `Refused` where the model has no probabilities.
        """
        several = [port.name for port in self._outputs if port.name.startswith("predict_proba[")]
        if several:
            return [self.run(rows, name, threads=threads) for name in several]
        return self.run(rows, "predict_proba", threads=threads)

    def decision_function(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """Scores: of two classes (rows,), else (rows, classes). Raises as `run` does."""
        scores = self.run(rows, "decision_function", threads=threads)
        return scores[:, 0] if scores.ndim == 2 and scores.shape[1] == 1 else scores

    def transform(self, rows: Any, *, threads: int | None = None) -> np.ndarray:
        """The outcome of a transformer, (rows, features). Raises as `run` does."""
        return self.run(rows, "transform", threads=threads)

    def check(self, rows: Any, model: Any, output: str | None = None) -> Comparison:
        """How far this is from `model`, the library's own: what it predicts of `rows`, or such predictions.

        `output` is one of the model's, the first unless told; the method of that name is asked, or `predict`. Raises as
        `run` does, and ValueError where the predictions have another shape.
        """
        output = output or self._outputs[0].name
        if not isinstance(model, (list, tuple, np.ndarray)):
            model = getattr(model, output if hasattr(model, output) else "predict")(rows)
        given = self.run(rows, output)
        wanted = self._expected(model, output)
        if wanted.size != given.size:
            names = ", ".join(port.name for port in self._outputs)
            raise ValueError(f"the predictions have shape {wanted.shape}, and output {output} has {given.shape}; give "
                             f"those of this output, or choose another: {names}")
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

    def _expected(self, predictions: Any, output: str) -> np.ndarray:
        """What the library gives for one output: Keras returns all of them as a list or a dict."""
        if isinstance(predictions, Mapping):
            return np.asarray(predictions[output])
        names = [port.name for port in self._outputs]
        if len(names) > 1 and isinstance(predictions, (list, tuple)) and len(predictions) == len(names) and all(
                np.ndim(one) > 0 for one in predictions):
            return np.asarray(predictions[names.index(output)])
        return np.asarray(predictions)

    def save(self, path: str | os.PathLike) -> None:
        """Writes the Nacre file, whole or not at all. OSError where it cannot be written.

        ValueError where the name ends like that of another kind of model, which the file is not.
        """
        path = pathlib.Path(path)
        if path.suffix.lower() in _OTHER_MODELS:
            raise ValueError(f"{path}: the name is of another kind of file than this writes; end it with .nacre")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"{path}: there is no folder {path.parent}; make it first")
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name + ".", delete=False) as file:
            file.write(self._core.file)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)

    def inspect(self, **options: Any) -> dict[str, Any]:
        """What the file says of itself, as data: what `nacre inspect --json` prints.

        Among it `name`, `digest` (SHA-256, 64 hexadecimal digits), `source` (the files that it was converted from),
        `memory` (bytes on a device), `inputs` and `outputs`, and `layers`, each with its operator, shape, parameters
        and multiply-accumulates. Options are those of `nacre inspect`: with `board="stm32f411"` or `all_boards=True`,
        `fits` says of each board what the model takes; convert it with the `target` that the board has.

        `Refused` where it fits none of the boards that were asked for, ValueError of other options.
        """
        with self._file() as path:
            return _command.run("inspect", path, hidden=_folder(path), **options)

    def bench(self, **options: Any) -> dict[str, Any]:
        """How long a row takes on this machine, on one thread, and each of its `layers`: times are in seconds.

        Options are those of `nacre bench`: `seconds=1.0` to measure for, `kernels="reference"`. ValueError of others.
        """
        with self._file() as path:
            return _command.run("bench", path, hidden=_folder(path), **options)

    def codegen(self, folder: str | os.PathLike, **options: Any) -> list[pathlib.Path]:
        """Writes the model as source code for a firmware to `folder`, and returns the files.

        Options are those of `nacre codegen`: `name="iris"` is `--name=iris`, `incbin=True` is `--incbin`. ValueError
        of others, `Refused` where the files cannot be written.
        """
        with self._file() as path:
            report = _command.run("codegen", path, "-o", folder, hidden=_folder(path), **options)
        return [pathlib.Path(file) for file in report["files"]]

    def report(self, path: str | os.PathLike) -> pathlib.Path:
        """Writes a page about the model, one .html file that needs nothing else, and returns its path.

        `Refused` where it cannot be written, ValueError where the name ends otherwise.
        """
        with self._file() as file:
            return pathlib.Path(_command.run("report", file, "-o", path, hidden=_folder(file))["file"])

    write_report = report  #: its name before 0.3

    @contextlib.contextmanager
    def _file(self) -> Iterator[pathlib.Path]:
        """The model as a file of its name, for the command."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / ((self._core.name or "model").replace("/", "_") + ".nacre")
            path.write_bytes(self._core.file)
            yield path

    def __bytes__(self) -> bytes:
        return self._core.file

    def __reduce__(self):
        return _open, (self._core.file, self.conversion)

    def __repr__(self) -> str:
        names = [", ".join(f"{port.name}{list(port.shape)}" for port in ports) for ports in (self.inputs, self.outputs)]
        return f"nacre.Model({names[0]} -> {names[1]}; {len(self._core.file)} bytes)"


def _folder(path: pathlib.Path) -> str:
    return f"{path.parent}{os.sep}"


def _open(file: bytes, report: Mapping[str, Any]) -> Model:
    return Model(file, report=report)
