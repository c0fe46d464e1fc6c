#!/bin/sh
# A regression tree of scikit-learn 1.6.1 with two targets becomes, with m2cgen 0.10.0, a function of one number: the
# first target. Nothing says that the second is gone.
# Guess before running: refused, or a list of two.
exec "$(dirname "$0")/with" m2cgen==0.10.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import m2cgen
import numpy as np
from sklearn.tree import DecisionTreeRegressor

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
targets = np.stack([2 * x[:, 0], 5 + x[:, 1]], axis=1)
model = DecisionTreeRegressor(max_depth=3).fit(x, targets)
program = {}
exec(m2cgen.export_to_python(model), program)
given = np.array([program["score"](row.tolist()) for row in x])
print(f"m2cgen 0.10.0, a tree of two targets: scikit-learn {model.predict(x[:1])[0]}, m2cgen {given[0]}")
assert given.shape == (len(x),) and np.abs(given - model.predict(x)[:, 0]).max() < 1e-6
PY
