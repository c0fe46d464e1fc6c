#!/bin/sh
# scikit-learn 1.6.1: GaussianNB with a feature that never changed in training. Where it has changed, log-likelihoods
# are so large that log(2) is lost when they are added, and predict_proba of two classes says 1 for both.
# Guess before running: rows sum to 1, whatever the classes are.
exec "$(dirname "$0")/with" scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import numpy as np
from sklearn.naive_bayes import GaussianNB

random = np.random.default_rng(0)
table = np.c_[random.normal(size=(60, 2)), np.full(60, 3.0)]
model = GaussianNB().fit(table, table[:, 0] > 0)
sums = {}
for distance in (0, 10, 1e3, 1e6):
    rows = table[:6] + [0, 0, distance]
    sums[distance] = model.predict_proba(rows).sum(axis=1)
print("scikit-learn 1.6.1, GaussianNB: rows of predict_proba sum to " +
      ", ".join(f"{s.min():.6g} to {s.max():.6g} at a distance of {d:g}" for d, s in sums.items()))
assert np.allclose(sums[0], 1, atol=1e-12) and (sums[1e6] == 2).all()
PY
