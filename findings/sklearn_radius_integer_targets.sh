#!/bin/sh
# RadiusNeighborsRegressor answers NaN where nobody is near, but some number where its targets were integers: the NaN
# goes through the targets' type, which has none (on x86-64 it becomes -9.2e18).
# Guess before running: NaN in both.
set -eu
program=$(cat <<'PY'
import numpy as np
import sklearn
from sklearn.neighbors import RadiusNeighborsRegressor

rows, targets = np.arange(10.0)[:, None], np.arange(10)
far = [[100.0]]
of_reals = RadiusNeighborsRegressor(radius=1).fit(rows, targets.astype(float)).predict(far)[0]
of_integers = RadiusNeighborsRegressor(radius=1).fit(rows, targets).predict(far)[0]
print(f"scikit-learn {sklearn.__version__}, nobody near: {of_reals} of real targets, {of_integers:g} of integers")
assert np.isnan(of_reals) and not np.isnan(of_integers)
PY
)
for release in 1.3.2 1.9.1; do
  printf '%s\n' "$program" | "$(dirname "$0")/with" scikit-learn==$release numpy==1.26.4
done
