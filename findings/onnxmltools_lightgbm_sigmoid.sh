#!/bin/sh
# The parameter `sigmoid` of LightGBM 4.7.0 multiplies a score before it becomes a probability. onnxmltools 1.16.0
# ignores it; of multiclassova it makes a softmax, where LightGBM gives each class its own sigmoid.
# Guess before running: both are as in the library.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 lightgbm==4.7.0 scikit-learn==1.6.1 numpy==2.4.6 packaging==26.4 <<'PY'
import numpy as np
import onnxruntime
from lightgbm import LGBMClassifier
from onnxmltools.convert import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

def answers(model, rows, output):
    onnx = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))], zipmap=False)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
def logit(p):
    return np.log(p) - np.log1p(-p)


settings = dict(n_estimators=8, min_child_samples=5, verbose=-1)
binary = LGBMClassifier(sigmoid=2.0, **settings).fit(x, (x[:, 0] + x[:, 1] > 0).astype(int))
ratio = logit(answers(binary, x, 1)[:, 1].astype(float)) / logit(binary.predict_proba(x)[:, 1])
several = LGBMClassifier(objective="multiclassova", **settings).fit(x, np.digitize(x[:, 0], [-0.5, 0.5]))
error = np.abs(answers(several, x, 1) - several.predict_proba(x)).max()
print(f"onnxmltools 1.16.0, sigmoid=2: log-odds are {np.median(ratio):.4f} of LightGBM's; multiclassova: "
      f"probabilities differ "
      f"by up to {error:.2g}")
assert np.abs(ratio - 0.5).max() < 1e-3 and error > 0.1
PY
