#!/bin/sh
# m2cgen 0.10.0: what it generates of an SVC of three classes gives three numbers, but they belong to the three pairs of
# classes (one against one), not to the classes. Of three classes nothing in the shape tells: the index of the largest
# is the wrong label for most rows of iris. Other classifiers of m2cgen give one number per class.
# Guess before running: one number per class, as decision_function gives by default.
exec "$(dirname "$0")/with" m2cgen==0.10.0 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import m2cgen
import numpy as np
from sklearn.datasets import load_iris
from sklearn.svm import SVC

x, y = load_iris(return_X_y=True)
model = SVC().fit(x, y)
names = {}
exec(m2cgen.export_to_python(model), names)
scores = np.array([names["score"](row) for row in x.tolist()])
pairs = model.set_params(decision_function_shape="ovo").decision_function(x)
wrong = int((scores.argmax(axis=1) != model.predict(x)).sum())
print(f"m2cgen 0.10.0, SVC of 3 classes: the largest of its {scores.shape[1]} numbers is the wrong label in {wrong} of "
      f"{len(x)} rows; "
      f"they are those of the pairs within {np.abs(scores - pairs).max():.1g}")
assert wrong > 75 and np.allclose(scores, pairs)
PY
