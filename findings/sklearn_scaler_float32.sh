#!/bin/sh
# scikit-learn since 1.8 rounds mean_ and scale_ of a StandardScaler to float32 before it scales a float32 table. Where
# the mean is far larger than the spread, answers are off by hundreds of roundings; 1.7 subtracts in float64.
# Guess before running: 1.8 and later give the same as before.
set -eu
program=$(cat <<'PY'
import numpy as np
import sklearn
from sklearn.preprocessing import StandardScaler

table = np.random.default_rng(0).normal(1000, 3, (50, 1))
scaler = StandardScaler().fit(table)
row = np.array([[1001.1]], np.float32)
exact = (row.astype(np.float64) - scaler.mean_) / scaler.scale_
steps = np.abs(scaler.transform(row) - exact).item() / np.spacing(np.float32(exact.item()))
print(f"scikit-learn {sklearn.__version__}, StandardScaler on float32: off by {steps:.1f} roundings of float32")
assert (steps > 100) == (tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 8)), steps
PY
)
for release in 1.7.2 1.8.0 1.9.1; do
  printf '%s\n' "$program" | "$(dirname "$0")/with" scikit-learn==$release numpy==2.3.5
done
