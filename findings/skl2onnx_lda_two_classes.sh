#!/bin/sh
# skl2onnx 1.20.0 gives LinearDiscriminantAnalysis of two classes probabilities of twice the decision: sigmoid(2d) where
# scikit-learn 1.6.1 gives sigmoid(d). Labels are right, so that a test of labels alone does not see it.
# Guess before running: the same within float32, as for three classes.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnx==1.16.1 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

def answers(model, rows, output, **options):
    onnx = to_onnx(model, rows[:1], options=options or None)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[output]

x, y = load_iris(return_X_y=True)
x = x.astype(np.float32)
errors = {}
for classes, labels in {3: y, 2: y == 1}.items():
    model = LinearDiscriminantAnalysis().fit(x, labels.astype(int))
    given = answers(model, x, 1, zipmap=False)
    errors[classes] = np.abs(given - model.predict_proba(x)).max()
    print(f"skl2onnx 1.20.0, LDA of {classes} classes: probabilities differ by up to {errors[classes]:.2g}")
doubled = 1 / (1 + np.exp(-2 * model.decision_function(x)))
assert errors[3] < 1e-4 and errors[2] > 0.1 and np.abs(given[:, 1] - doubled).max() < 1e-4
PY
