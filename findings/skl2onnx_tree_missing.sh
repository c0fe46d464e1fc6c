#!/bin/sh
# skl2onnx 1.20.0 sends every missing value to the right branch of a tree of scikit-learn 1.6.1, whatever the tree has
# learned (missing_go_to_left). The library sends a NaN to the side that training chose.
# Guess before running: a tree that has learned a way for missing values is refused, or goes that way.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnx==1.16.1 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.tree import DecisionTreeClassifier

def answers(model, rows, output, **options):
    onnx = to_onnx(model, rows[:1], options=options or None)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[output]

x = np.array([[0], [1], [2], [np.nan], [np.nan]], np.float32)
seen = {}
for name, labels in {"right": [0, 0, 1, 1, 1], "left": [0, 0, 1, 0, 0]}.items():
    model = DecisionTreeClassifier().fit(x, labels)
    seen[name] = model.predict(x).tolist(), answers(model, x, 0, zipmap=False).tolist()
    print(f"skl2onnx 1.20.0, a tree that sends NaN {name}: scikit-learn {seen[name][0]}, ONNX {seen[name][1]}")
assert seen["right"][0] == seen["right"][1] == [0, 0, 1, 1, 1]
assert seen["left"] == ([0, 0, 1, 0, 0], [0, 0, 1, 1, 1])
PY
