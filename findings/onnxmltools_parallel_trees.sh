#!/bin/sh
# XGBoost 3.2.0 grows num_parallel_tree trees for each class in each round: with 3, the first three trees are of the
# first class. onnxmltools 1.16.0 deals trees to classes by turns, so that most probabilities are of the wrong trees.
# Guess before running: the same within float32.
exec "$(dirname "$0")/with" onnxmltools==1.16.0 skl2onnx==1.20.0 onnxconverter-common==1.16.0 onnx==1.16.1 \
  onnxruntime==1.32.0 xgboost==3.2.0 scikit-learn==1.6.1 numpy==2.4.6 packaging==26.4 <<'PY'
import numpy as np
import onnxruntime
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from xgboost import XGBClassifier

def answers(model, rows, output):
    onnx = convert_xgboost(model, initial_types=[("x", FloatTensorType([None, rows.shape[1]]))])
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": rows})[output]

rng = np.random.default_rng(0)
x = rng.normal(size=(400, 4)).astype(np.float32)
y = np.digitize(x[:, 0] + x[:, 1], [-0.5, 0.5])
wrong = {}
for parallel in 1, 3:
    model = XGBClassifier(n_estimators=8, max_depth=3, subsample=0.6, num_parallel_tree=parallel).fit(x, y)
    given = answers(model, x, 1)
    wrong[parallel] = int((given.argmax(axis=1) != model.predict(x)).sum())
    print(f"onnxmltools 1.16.0, XGBoost, num_parallel_tree={parallel}: {wrong[parallel]} of {len(x)} labels differ")
assert wrong[1] == 0 and wrong[3] > 100
PY
