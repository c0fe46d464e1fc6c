#!/bin/sh
# LightGBM 4.7.0 averages its trees with boosting_type="rf". onnxmltools 1.16.0 adds them up and divides by 100, however
# many trees there are: a forest of 8 answers 0.08 of what it should, one of 100 is right.
# Guess before running: averaged, or refused.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 lightgbm==4.7.0 scikit-learn==1.6.1 numpy==2.4.6 packaging==26.4 <<'PY'
import numpy as np
import onnxruntime
from lightgbm import LGBMRegressor
from onnxmltools.convert import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

def answers(model, rows, output):
    onnx = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))])
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
ratios = {}
for trees in 8, 20, 100:
    model = LGBMRegressor(n_estimators=trees, min_child_samples=5, verbose=-1, boosting_type="rf", bagging_freq=1,
                          bagging_fraction=0.7).fit(x, 10 + x[:, 0])
    ratio = answers(model, x, 0).ravel() / model.predict(x)
    ratios[trees] = float(np.median(ratio))
    assert np.ptp(ratio) < 1e-5
print("onnxmltools 1.16.0, LightGBM's forests: trees and ONNX / LightGBM:", ratios)
assert all(abs(ratio - trees / 100) < 1e-5 for trees, ratio in ratios.items())
PY
