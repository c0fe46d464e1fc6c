#!/bin/sh
# skl2onnx 1.20.0 takes the label of SGDClassifier(loss="modified_huber") from the probabilities. These are clipped, so
# that several classes have the same; scikit-learn takes the largest decision value. The probabilities agree, labels do
# not.
# Guess before running: labels and probabilities agree.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import SGDClassifier

x = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
y = np.digitize(x[:, 0], [-0.5, 0.5])
model = SGDClassifier(loss="modified_huber", random_state=0).fit(x, y)
onnx = convert_sklearn(model, initial_types=[("x", FloatTensorType([None, 2]))], options={id(model): {"zipmap": False}})
session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
labels, probabilities = session.run(None, {"x": x})
wrong = labels != model.predict(x)
apart = np.abs(probabilities - model.predict_proba(x)).max()
top = np.sort(probabilities[wrong], axis=1)
print(f"skl2onnx 1.20.0, SGDClassifier(modified_huber): {wrong.sum()} of {len(x)} labels differ, probabilities by "
      f"{apart:.1g}; "
      f"in each of these rows the largest probability is shared")
assert wrong.any() and apart < 1e-6 and np.allclose(top[:, -1], top[:, -2])
PY
