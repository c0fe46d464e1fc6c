#!/bin/sh
# keras.activations.sparsemax of Keras 3.15.1 gives shares that do not sum up to 1, on every backend: its threshold is
# taken from the sum of all running sums of the support, where the paper takes the last one.
# Guess before running: [0.75, 0.25, 0].
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

y = np.asarray(keras.activations.sparsemax(np.array([[1.0, 0.5, -1.0]], "float32")))[0]
print(f"Keras {keras.__version__}: sparsemax of [1, 0.5, -1] is {y.tolist()}, which sums up to {y.sum()}")
assert abs(y.sum() - 1) > 0.1
PY
