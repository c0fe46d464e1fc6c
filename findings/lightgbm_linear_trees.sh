#!/bin/sh
# LightGBM 4.7.0 can put a linear model into each leaf (linear_tree=True). onnxmltools 1.16.0 and m2cgen 0.10.0 export
# such a model without a word as if the leaves were constants; Treelite 4.8.1 refuses it.
# Guess before running: all refuse it.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 lightgbm==4.7.0 scikit-learn==1.6.1 numpy==2.2.6 packaging==25.0 m2cgen==0.10.0 \
  treelite==4.8.1 <<'PY'
import numpy as np
import onnxruntime
import m2cgen
import treelite
from lightgbm import LGBMRegressor
from onnxmltools.convert import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

def answers(model, rows, output):
    onnx = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))])
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
model = LGBMRegressor(n_estimators=8, min_child_samples=5, verbose=-1, linear_tree=True).fit(x, 2 * x[:, 0] + x[:, 1])
wanted = model.predict(x)
program = {}
exec(m2cgen.export_to_python(model), program)
given = {"onnxmltools": answers(model, x, 0).ravel(),
         "m2cgen": np.array([program["score"](row.astype(float).tolist()) for row in x])}
errors = {name: round(float(np.abs(answer - wanted).max()), 2) for name, answer in given.items()}
try:
    treelite.frontend.from_lightgbm(model.booster_)
    refused = False
except treelite.TreeliteError:
    refused = True
print(f"LightGBM 4.7.0, linear trees: answers up to {np.abs(wanted).max():.1f}; errors {errors}; Treelite refuses: "
      f"{refused}")
assert refused and min(errors.values()) > 0.3
PY
