#!/bin/sh
# skl2onnx 1.20.0 writes Normalizer(norm="max") as a division by the largest value. scikit-learn has divided by the
# largest magnitude since 0.23, so that rows whose largest magnitude is negative come out wrong, some by two digits.
# Guess before running: the same within float32.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.preprocessing import Normalizer

x = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
model = Normalizer(norm="max").fit(x)
onnx = convert_sklearn(model, initial_types=[("x", FloatTensorType([None, 4]))])
session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
(answers,) = session.run(None, {"x": x})
wrong = (np.abs(answers - model.transform(x)) > 1e-5).any(axis=1)
by_value = np.abs(answers - x / x.max(axis=1, keepdims=True)).max()
negative = np.abs(x.min(axis=1)) > x.max(axis=1)
print(f"skl2onnx 1.20.0, Normalizer(max): {wrong.sum()} of {len(x)} rows are wrong, those whose largest magnitude is "
      f"negative ({negative.sum()}); "
      f"the largest error is {np.abs(answers - model.transform(x)).max():.3g}")
assert (wrong == negative).all() and wrong.any() and by_value < 1e-3
PY
