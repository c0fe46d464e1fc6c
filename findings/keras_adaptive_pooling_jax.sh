#!/bin/sh
# AdaptiveAveragePooling1D of Keras 3.15.1 from 7 elements to 7 is not the identity on JAX: its windows are found by
# float32 divisions, of which some are rounded up. On TensorFlow the layer gives the input.
# Guess before running: the input.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

x = np.arange(7, dtype="float32").reshape(1, 7, 1)
y = np.asarray(keras.layers.AdaptiveAveragePooling1D(7)(x))
print(f"Keras {keras.__version__} on JAX: {x.ravel().tolist()} becomes {y.ravel().tolist()}")
assert not np.array_equal(x, y)
PY
