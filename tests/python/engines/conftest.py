"""A model, a million rows, and what `nacre run` answers: whatever engine predicts, the bits and the order are these."""

import dataclasses
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_regression
from sklearn.ensemble import GradientBoostingRegressor

import nacre
from nacre import _command

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "examples/python"))

ROWS = 1_000_000
FEATURES = list("abcdefghij")


@dataclasses.dataclass
class Job:
    model: nacre.Model
    frame: pd.DataFrame  #: float64, as data frames are; each number is a float32
    parquet: str         #: the same
    expected: np.ndarray


@pytest.fixture(scope="session")
def job(tmp_path_factory) -> Job:
    folder = tmp_path_factory.mktemp("job")
    rows, targets = make_regression(5000, len(FEATURES), random_state=0)
    boosting = GradientBoostingRegressor(n_estimators=50, random_state=0)
    boosting.fit(pd.DataFrame(rows, columns=FEATURES), targets)
    model = nacre.convert(boosting, name="boosting")
    model.save(folder / "boosting.nacre")
    numbers = np.random.default_rng(0).normal(size=(ROWS, len(FEATURES))).astype(np.float32)
    np.save(folder / "rows.npy", numbers)
    subprocess.run([_command.path(), "run", folder / "boosting.nacre", "--input", folder / "rows.npy", "-o",
                    folder / "answers.npy"], check=True)
    frame = pd.DataFrame(numbers.astype(np.float64), columns=FEATURES)
    frame.to_parquet(folder / "rows.parquet", row_group_size=100_000)
    expected = np.load(folder / "answers.npy").reshape(-1)
    assert expected.shape == (ROWS,) and len(np.unique(expected)) > ROWS // 2  # a row elsewhere would show
    return Job(model, frame, str(folder / "rows.parquet"), expected)
