#!/bin/sh
# A regressor of XGBoost 3.2.0 with two targets becomes, with onnxmltools 1.16.0, a model whose second output is 0 for
# every row and whose first is neither target. So do the quantiles of reg:quantileerror.
# Guess before running: refused, or two right columns.
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
targets = np.stack([2 * x[:, 0], 5 + x[:, 1]], axis=1)
models = {"two targets": XGBRegressor(n_estimators=8, max_depth=3).fit(x, targets),
          "two quantiles": XGBRegressor(n_estimators=8, max_depth=3, objective="reg:quantileerror",
                                        quantile_alpha=[0.2, 0.8]).fit(x, targets[:, 0])}
for name, model in models.items():
    given, wanted = answers(model, x, 0), model.predict(x)
    print(f"onnxmltools 1.16.0, XGBoost, {name}: first row {wanted[0]} becomes {given[0]}; the second column is 0 in "
          f"{(given[:, 1] == 0).sum()} of {len(x)} rows")
    assert (given[:, 1] == 0).all() and np.abs(given[:, 0] - wanted[:, 0]).max() > 0.5
PY
