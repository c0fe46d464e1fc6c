#!/bin/sh
# CalibratedClassifierCV(method="isotonic") of scikit-learn 1.6.1 interpolates linearly between the thresholds of its
# isotonic regressions. skl2onnx 1.20.0 writes steps: between two thresholds, the answer is that of one of them.
# Guess before running: the same within float32.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnx==1.16.1 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

def answers(model, rows, output, **options):
    onnx = to_onnx(model, rows[:1], options=options or None)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[output]

x, y = load_iris(return_X_y=True)
x = x.astype(np.float32)
model = CalibratedClassifierCV(LogisticRegression(), method="isotonic", cv=2, ensemble=False).fit(x, y == 2)
given, wanted = answers(model, x, 1, zipmap=False)[:, 1], model.predict_proba(x)[:, 1]
levels = model.calibrated_classifiers_[0].calibrators[0].y_thresholds_
wrong = np.abs(given - wanted) > 1e-3
steps = np.abs(given[:, None] - levels).min(axis=1).max()
print(f"skl2onnx 1.20.0, isotonic calibration: {wrong.sum()} of {len(x)} probabilities differ, by up to "
      f"{np.abs(given - wanted).max():.2g}; each answer of ONNX is a threshold's own, within {steps:.1g}")
assert wrong.any() and steps < 1e-5
PY
