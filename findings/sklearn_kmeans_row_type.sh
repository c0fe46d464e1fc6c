#!/bin/sh
# A KMeans that was fitted on float64 transforms rows of float32 and raises an error when asked to predict them; one
# that was fitted on float32 raises for float64. So do MiniBatchKMeans and BisectingKMeans, in releases 1.8.0 and 1.9.1.
# Guess before running: rows of either type are converted to that of the centres, as for other estimators.
set -eu
program=$(cat <<'PY'
import numpy as np
import sklearn
from sklearn.cluster import BisectingKMeans, KMeans, MiniBatchKMeans

rows = np.random.RandomState(0).randn(50, 2)
for clusters in (KMeans, MiniBatchKMeans, BisectingKMeans):
    for fitted, asked in ((np.float64, np.float32), (np.float32, np.float64)):
        model = clusters(3, random_state=0).fit(rows.astype(fitted))
        distances = model.transform(rows[:2].astype(asked))
        try:
            model.predict(rows[:2].astype(asked))
            raise SystemExit(f"{clusters.__name__} predicted")
        except ValueError as error:
            print(f"scikit-learn {sklearn.__version__}: {clusters.__name__} of {fitted.__name__} transforms "
                  f"{asked.__name__} to {distances.shape}, and predicts: {error}")
            assert "Buffer dtype mismatch" in str(error)
PY
)
for release in 1.8.0 1.9.1; do
  printf '%s\n' "$program" | "$(dirname "$0")/with" scikit-learn==$release numpy==2.3.5
done
