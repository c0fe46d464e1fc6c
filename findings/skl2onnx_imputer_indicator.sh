#!/bin/sh
# skl2onnx 1.20.0 leaves out the columns that SimpleImputer(add_indicator=True) adds for missing values: the result has
# fewer columns than scikit-learn's, without a word. A linear model behind it then fails or reads other columns.
# Guess before running: the option is refused.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnx==1.16.1 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.impute import SimpleImputer

def answers(model, rows, output, **options):
    onnx = to_onnx(model, rows[:1], options=options or None)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[output]

x = np.array([[1, 2], [np.nan, 3], [4, 5]], np.float32)
model = SimpleImputer(add_indicator=True).fit(x)
shapes = model.transform(x).shape, answers(model, x, 0).shape
print(f"skl2onnx 1.20.0, SimpleImputer(add_indicator=True): scikit-learn gives {shapes[0]}, ONNX {shapes[1]}")
assert shapes == ((3, 3), (3, 2))
PY
