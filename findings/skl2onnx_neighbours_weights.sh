#!/bin/sh
# skl2onnx 1.20.0 leaves the weights of nearest neighbours out: KNeighborsRegressor(weights="distance") becomes their
# plain mean, and a row that is in the training table no longer gets its own target.
# Guess before running: right but for rows at distance 0.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.neighbors import KNeighborsRegressor

x = np.arange(12, dtype=np.float32).reshape(-1, 1)
y = x[:, 0] ** 2
rows = np.array([[5.0], [5.25], [11.0]], np.float32)
weighted = KNeighborsRegressor(3, weights="distance").fit(x, y)
plain = KNeighborsRegressor(3).fit(x, y)
onnx = convert_sklearn(weighted, initial_types=[("x", FloatTensorType([None, 1]))])
session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
answers = session.run(None, {"x": rows})[0].ravel()
print(f"skl2onnx 1.20.0, KNeighborsRegressor(weights='distance'): {answers} where scikit-learn predicts "
      f"{weighted.predict(rows)}; "
      f"without weights it predicts {plain.predict(rows)}")
assert np.allclose(answers, plain.predict(rows)) and not np.allclose(answers, weighted.predict(rows), rtol=0.01)
PY
