#!/bin/sh
# SGDClassifier(loss="log_loss") of several classes has decisions far from zero on rows that are not scaled. skl2onnx
# 1.20.0 takes the label from the probabilities: where the sigmoids of two classes are both 1, it takes the first of
# them. scikit-learn 1.6.1 takes the label from the decisions.
# Guess before running: labels agree wherever no two decisions do.
exec "$(dirname "$0")/with" skl2onnx==1.20.0 onnx==1.16.1 onnxruntime==1.32.0 scikit-learn==1.6.1 numpy==2.4.6 <<'PY'
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier

def answers(model, rows, output, **options):
    onnx = to_onnx(model, rows[:1], options=options or None)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: rows})[output]

x, y = load_iris(return_X_y=True)
rows = np.concatenate([x, x * 0.9 + 0.03]).astype(np.float32)
model = SGDClassifier(loss="log_loss", random_state=0).fit(x.astype(np.float32), y)
wrong = answers(model, rows, 0, zipmap=False) != model.predict(rows)
decisions = np.sort(model.decision_function(rows[wrong]), axis=1)
print(f"skl2onnx 1.20.0, SGDClassifier: {wrong.sum()} of {len(rows)} labels differ; the two largest decisions there "
      f"are at "
      f"least {decisions[:, 1].min():.0f} and {decisions[:, 2].min():.0f}, never closer than "
      f"{(decisions[:, 2] - decisions[:, 1]).min():.0f}")
assert wrong.any() and decisions[:, 1].min() > 15 and (decisions[:, 2] - decisions[:, 1]).min() > 1
PY
