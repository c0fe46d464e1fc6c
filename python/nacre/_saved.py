"""Live objects as files that the converter reads."""

from __future__ import annotations

import os
import pathlib
import pickle
from typing import Any, Iterator

from nacre import _core


def _is_path(model: Any) -> bool:
    return isinstance(model, (str, os.PathLike))


def _library(model: Any) -> str:
    return type(model).__module__.partition(".")[0]


def _is_keras(model: Any) -> bool:
    """Of a class of Keras, or of one derived from such a class."""
    names = [base.__module__.partition(".")[0] for base in type(model).__mro__]
    return any(name in ("keras", "tf_keras", "tensorflow") for name in names) and hasattr(model, "save")


def _save(model: Any, path: pathlib.Path) -> pathlib.Path:
    if _is_keras(model):
        path = path.with_suffix(".keras")
        model.save(path)
        return path
    path = path.with_suffix(".pkl")
    try:
        with open(path, "wb") as file:
            pickle.dump(model, file, protocol=4)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise _unpicklable(model, error) from error
    return path


def _unpicklable(model: Any, error: Exception) -> _core.Refused:
    what = f"holds what cannot be pickled ({error})"
    advice = ("a lambda or a function inside of another is code, which a model as data has not: do that step outside "
              "of the model, or use a function of NumPy")
    refused = _core.Refused(f"{type(model).__name__}: {what}; {advice}")
    refused.obstacles = [{"file": type(model).__name__, "places": [], "what": what, "advice": advice}]
    refused.parts = []
    return refused


def _links(model: Any) -> Iterator[Any]:
    """The models of a chain, or the one that there is. A list of pairs is a saved object of its own."""
    is_chain = isinstance(model, (list, tuple)) and len(model) > 0 and all(
        _is_path(link) or hasattr(link, "predict") or hasattr(link, "transform") for link in model)
    yield from model if is_chain else [model]


def saved(model: Any, folder: pathlib.Path) -> list[str]:
    """The files of a model: its own where it is a path, else new ones in `folder`.

    A list or tuple of models is a chain, of which each takes the outcome of the one before. Keras models are saved in
    Keras's own format, all others as a pickle.
    """
    files = []
    for i, link in enumerate(_links(model)):
        files.append(os.fspath(link) if _is_path(link) else str(_save(link, folder / f"{type(link).__name__}_{i}")))
    return files
