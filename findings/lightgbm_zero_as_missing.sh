#!/bin/sh
# With zero_as_missing=True, LightGBM 4.7.0 sends a zero where its tree sends missing values. Both onnxmltools 1.16.0
# and Treelite 4.8.1 read such a tree without a word and compare the zero with the threshold.
# Guess before running: at least one heeds it.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 lightgbm==4.7.0 scikit-learn==1.6.1 numpy==2.4.6 packaging==26.4 treelite==4.8.1 <<'PY'
import numpy as np
import onnxruntime
import treelite
from lightgbm import LGBMClassifier
from onnxmltools.convert import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

def answers(model, rows, output):
    onnx = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))], zipmap=False)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
y = (x[:, 0] + x[:, 1] > 0).astype(int)
x[rng.random(x.shape) < 0.3] = 0
wrong = {}
for heeded in False, True:
    model = LGBMClassifier(n_estimators=8, min_child_samples=5, verbose=-1, zero_as_missing=heeded).fit(x, y)
    wanted = model.predict_proba(x)[:, 1]
    imported = treelite.frontend.from_lightgbm(model.booster_)
    given = {"onnxmltools": answers(model, x, 1)[:, 1], "treelite": treelite.gtil.predict(imported, x).ravel()}
    wrong[heeded] = {name: int((np.abs(answer - wanted) > 1e-4).sum()) for name, answer in given.items()}
    print(f"LightGBM 4.7.0, zero_as_missing={heeded}: of {len(x)} probabilities differ {wrong[heeded]}")
assert not any(wrong[False].values()) and all(wrong[True].values())
PY
