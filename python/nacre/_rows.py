"""Rows as people hold them (arrays, lists, data frames) as the arrays that a model's inputs take."""

from __future__ import annotations

import difflib
import warnings
from typing import Any, Mapping, Sequence

import numpy as np

from nacre import _core


def _is_frame(rows: Any) -> bool:
    return hasattr(rows, "columns") and hasattr(rows, "__getitem__") and not isinstance(rows, np.ndarray)


def _dense(rows: Any) -> Any:
    return rows.toarray() if hasattr(rows, "toarray") else rows


def _column(frame: Any, name: str) -> np.ndarray:
    column = np.asarray(frame[name])
    if column.ndim != 1:
        raise ValueError(f"there are two columns {name}; keep one")
    return column


def _advice(lost: Sequence[str], names: Sequence[str]) -> str:
    """What to do about columns that are not there, from those that are."""
    plain = {name.lower().replace(" ", "_"): name for name in names}
    meant = []
    for name in lost:
        word = name.lower().replace(" ", "_")
        found = [one for one in plain if word.startswith(one) and len(one) >= 4]
        meant += [plain[one] for one in (found or difflib.get_close_matches(word, plain, 1, 0.8))[:1]]
    if meant:
        return f"did you mean {', '.join(meant)}? name the columns as the model does"
    there = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"the rows have {there}: name the columns as the model does"


def _is_real(frame: Any) -> bool:
    """Whether all columns are NumPy's float64: then the frame is an array already."""
    return all(dtype == np.float64 for dtype in frame.dtypes)


def _missing(values: np.ndarray) -> np.ndarray:
    """Which of some objects are missing: None and whatever differs from itself."""
    return np.array([value is None or value != value or type(value).__name__ == "NAType" for value in values], bool)


def _refuse_other_missing(column: np.ndarray, name: str, trained: str) -> None:
    """What is missing in another way than in training, where there was None or an empty text."""
    def is_other(value: Any) -> bool:
        return trained != "None" if value is None else bool(_missing(np.array([value], object))[0])

    other = np.array([is_other(value) for value in column], bool)
    if other.any():
        row = int(np.argmax(other))
        raise _core.Refused(f"row {row}, column {name}: {column[row]} is missing in another way than in training, "
                            f"where there was {trained}, and the library tells them apart; give {trained}")


def _texts(column: np.ndarray, name: str, refuses_missing: bool, trained: str | None = None) -> np.ndarray:
    """Texts as the model takes them, to which a missing one is empty: what encoders and imputers know it by.

    `trained`: what was missing in training, unless that was NaN.
    """
    if trained is not None:
        _refuse_other_missing(column, name, trained)
        if column.dtype.kind == "O":
            return np.array(["" if value is None else str(value) for value in column], "U")
    if column.dtype.kind in "US":
        texts = column.astype("U")
        if not refuses_missing:
            _warn_of_kinds(texts == "", name)
        return texts
    gone = _missing(column)
    if refuses_missing and gone.any():
        raise _core.Refused(f"row {int(np.argmax(gone))}, column {name}: the text is missing, for which the library "
                            "raises an error; give an empty one, or leave the row out")
    if not refuses_missing:
        _warn_of_kinds(np.array([value is None or isinstance(value, str) and value == "" for value in column]), name)
    return np.array(["" if lost else str(value) for value, lost in zip(column, gone)], "U")


def _warn_of_kinds(odd: np.ndarray, name: str) -> None:
    """A device has one missing text; scikit-learn's encoders and imputers tell NaN, None and "" apart."""
    if odd.any():
        warnings.warn(f"column {name}: row {int(np.argmax(odd))} is None or an empty text, which to the model is "
                      "missing like NaN; the library may tell them apart: give what training had, and compare with "
                      "check()", stacklevel=2)


def _numbers(column: np.ndarray, name: str, trained: str | None = None) -> np.ndarray:
    if trained is not None:
        _refuse_other_missing(column, name, trained)
    if column.dtype.kind in "fiub":
        return column
    gone = _missing(column)
    try:
        return np.array([np.nan if lost else float(value) for value, lost in zip(column, gone)])
    except (TypeError, ValueError):
        raise ValueError(f"column {name} holds what is not a number; give numbers, and None or NaN for a missing "
                         "one") from None


def _places(column: np.ndarray, name: str, texts: Sequence[str], refuses_others: bool) -> np.ndarray:
    """The place of each value among the categories of training; NaN for a missing one and, unless refused, another."""
    if not texts:
        return np.zeros(len(column))  # the model reads nothing of this column
    known = {text: i for i, text in enumerate(texts)}
    for i, text in enumerate(texts):  # numbers are equal as numbers
        try:
            known.setdefault(float(text), i)
        except ValueError:
            pass
    gone, places = _missing(column), []
    for row, (value, lost) in enumerate(zip(column, gone)):
        place = np.nan if lost else known.get(value, known.get(str(value), np.nan))
        if refuses_others and not lost and np.isnan(place):
            raise ValueError(f"row {row}, column {name}: {value} is none of the categories of training; make it None "
                             "if it is missing, or leave the row out")
        places.append(place)
    return np.array(places)


class Inputs:
    """What a model takes, and rows in that form."""

    def __init__(self, core: _core.Model):
        self._ports = core.inputs
        self._table = core.table

    def arrays(self, rows: Any) -> tuple[list[_core.Array], int]:
        """One array for each input, and how many rows they hold.

        `rows` is an array of all rows, a data frame whose columns are found by name, or a mapping from names of inputs
        to such, or a list of such in the order of the inputs. A sparse matrix is made dense.
        """
        rows = _dense(rows)  # some sparse matrices are mappings
        if isinstance(rows, (list, tuple)) and self._are_inputs(rows):
            rows = {port["name"]: part for port, part in zip(self._ports, rows)}
        if isinstance(rows, Mapping) and not _is_frame(rows):
            unknown = [name for name in rows if name not in [port["name"] for port in self._ports]]
            if unknown:
                names = ", ".join(port["name"] for port in self._ports)
                raise ValueError(f"the model has no input {unknown[0]}; choose among: {names}")
            parts = [self._part(port, rows[port["name"]]) for port in self._ports if port["name"] in rows]
        else:
            parts = [self._part(port, rows) for port in self._ports]
        if len(parts) != len(self._ports):
            raise ValueError("give each input: " + ", ".join(port["name"] for port in self._ports))
        if any(part.ndim > 1 and len(part) == 0 for part in parts):
            raise ValueError("there are no rows; give one for each prediction")
        return [_array(part) for part in parts], len(parts[0]) if parts and parts[0].ndim else 1

    def _are_inputs(self, parts: Sequence[Any]) -> bool:
        """Whether each of some is all rows of an input, as Keras takes those of several inputs."""
        several = not self._table and len(self._ports) > 1 and len(parts) == len(self._ports)
        return several and all(hasattr(part, "shape") for part in parts)

    def _part(self, port: dict, rows: Any) -> np.ndarray:
        rows = _dense(rows)
        if _is_frame(rows):
            return self._of_frame(port, rows)
        array = np.asarray(rows)
        if self._table and array.ndim == 2 and array.shape[1] == len(self._table) and port["places"]:
            array = array[:, port["places"]]
        if array.ndim == 1 and port["dtype"] == "str" and np.prod(port["shape"]) == 1:
            array = array[:, None]
        columns = list(array.T) if array.ndim == 2 and self._by_columns(port, array) else None
        if columns is None:
            return array.astype("U") if port["dtype"] == "str" and array.dtype.kind != "U" else array
        return self._join(port, columns, [str(i) for i in range(len(columns))])

    @staticmethod
    def _by_columns(port: dict, array: np.ndarray) -> bool:
        return bool(port["categories"] or port["missing"] or array.dtype.kind == "O")

    def _of_frame(self, port: dict, frame: Any) -> np.ndarray:
        names = [str(name) for name in frame.columns]
        wanted = port["features"]
        if not wanted and self._table and port["places"]:
            wanted = [names[i] for i in port["places"]] if len(names) == len(self._table) else []
        if not wanted:
            return self._join(port, [np.asarray(frame.iloc[:, i]) for i in range(len(names))], names)
        unread = {wanted[i] for i, (texts, _) in port["categories"].items() if not texts and i < len(wanted)}
        lost = [name for name in wanted if name not in names and name not in unread]
        if lost:
            raise ValueError(f"there is no column {', '.join(lost)}; {_advice(lost, names)}")
        has_kinds = port["categories"] or port["missing"] or port["dtype"] == "str"
        if not has_kinds and names == wanted and _is_real(frame):
            return np.asarray(frame)
        columns = [_column(frame, name) if name in names else np.zeros(len(frame)) for name in wanted]
        return self._join(port, columns, wanted)

    def _join(self, port: dict, columns: Sequence[np.ndarray], names: Sequence[str]) -> np.ndarray:
        if port["dtype"] == "str":
            texts = [_texts(column, name, port["refuses_missing"] or i in port["documents"], port["missing"].get(i))
                     for i, (column, name) in enumerate(zip(columns, names))]
            return np.stack(texts, axis=1)
        parts = []
        for i, (column, name) in enumerate(zip(columns, names)):
            listed, trained = port["categories"].get(i), port["missing"].get(i)
            parts.append(_numbers(column, name, trained) if listed is None else _places(column, name, *listed))
        return np.stack(parts, axis=1)


def _array(values: np.ndarray) -> _core.Array:
    if values.dtype.kind not in "fiubU":
        raise ValueError(f"rows of {values.dtype} are no numbers and no texts; give an array of either")
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        values = values.astype(np.float32 if values.dtype.itemsize < 4 else np.float64)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    by_columns = values.ndim == 2 and values.flags.f_contiguous and not values.flags.c_contiguous  # as in data frames
    elements = values.T if by_columns else np.ascontiguousarray(values)
    return _core.Array(values.dtype.kind, values.dtype.itemsize, list(values.shape),
                       elements.reshape(-1).view(np.uint8), by_columns)
