#!/bin/sh
# XGBRegressor(objective="reg:logistic") of XGBoost 3.2.0 answers a probability. onnxmltools 1.16.0 writes the sum of
# the trees: numbers below 0 and above 1.
# Guess before running: the sigmoid is there, as for XGBClassifier.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 xgboost==3.2.0 scikit-learn==1.6.1 numpy==2.4.6 packaging==26.4 <<'PY'
import numpy as np
import onnxruntime
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from xgboost import XGBRegressor

def answers(model, rows, output):
    onnx = convert_xgboost(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))])
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
model = XGBRegressor(n_estimators=8, max_depth=3, objective="reg:logistic").fit(x, x[:, 0] + x[:, 1] > 0)
given, wanted = answers(model, x, 0).ravel(), model.predict(x)
print(f"onnxmltools 1.16.0, reg:logistic: XGBoost answers {wanted.min():.3f} to {wanted.max():.3f}, ONNX "
      f"{given.min():.3f} to "
      f"{given.max():.3f}")
assert given.min() < 0 and 0 < wanted.min() and wanted.max() < 1
PY
