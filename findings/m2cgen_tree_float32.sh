#!/bin/sh
# m2cgen 0.10.0 compares the double that it is given with a tree's threshold; scikit-learn rounds each feature to
# float32 first. For a table of numbers with two decimals some of 20,000 rows take another path.
# Guess before running: none, since thresholds lie between values of the training table.
exec "$(dirname "$0")/with" m2cgen==0.10.0 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import m2cgen
import numpy as np
from sklearn.tree import DecisionTreeClassifier

random = np.random.default_rng(0)
x = np.round(random.uniform(0, 10, (4000, 3)), 2)
model = DecisionTreeClassifier(random_state=0).fit(x[::2], (x[:, 0] + x[:, 1] > x[:, 2] + 4.5)[::2])
rows = np.round(np.random.default_rng(1).uniform(0, 10, (20000, 3)), 2)
names = {}
exec(m2cgen.export_to_python(model), names)


def labels(table):
    return np.array([np.argmax(names["score"](row)) for row in table.tolist()])


wrong = int((labels(rows) != model.predict(rows)).sum())
rounded = int((labels(rows.astype(np.float32).astype(np.float64)) != model.predict(rows)).sum())
print(f"m2cgen 0.10.0, decision tree: {wrong} of {len(rows)} rows of decimals have another label; rounded to float32 "
      f"before, {rounded}")
assert wrong > 0 and rounded == 0
PY
