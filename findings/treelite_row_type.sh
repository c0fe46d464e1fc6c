#!/bin/sh
# Treelite 4.8.1 predicts with the element type of the rows that it is given. Models of scikit-learn want one or the
# other: a RandomForest rounds its rows to float32, a HistGradientBoosting compares float64. Given the same table of
# decimals, the first is right only as float32 and the second only as float64.
# Guess before running: float64 rows are right for both.
exec "$(dirname "$0")/with" treelite==4.8.1 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import numpy as np
import treelite
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

x = np.round(np.random.default_rng(0).uniform(0, 10, (4000, 3)), 2)
y = x[:, 0] + x[:, 1] > x[:, 2] + 4.5
rows = np.round(np.random.default_rng(1).uniform(0, 10, (20000, 3)), 2)
seen = {}
for model in RandomForestClassifier(10, random_state=0), HistGradientBoostingClassifier(max_iter=20):
    model.fit(x, y)
    imported = treelite.sklearn.import_model(model)
    for kind in np.float32, np.float64:
        answers = treelite.gtil.predict(imported, rows.astype(kind)).reshape(len(rows), -1)[:, -1]
        apart = np.abs(answers - model.predict_proba(rows)[:, 1])
        seen[type(model).__name__, kind.__name__] = int((apart > 1e-6).sum())
for (name, kind), wrong in seen.items():
    print(f"treelite 4.8.1, {name}, {kind} rows: {wrong} of {len(rows)} probabilities differ")
assert seen["RandomForestClassifier", "float32"] == 0 < seen["RandomForestClassifier", "float64"]
assert seen["HistGradientBoostingClassifier", "float64"] == 0 < seen["HistGradientBoostingClassifier", "float32"]
PY
