#!/bin/sh
# MultiHeadAttention of Keras 3.15.1 has an argument query_mask, and does not read it: what it gives is the same with
# it. value_mask is read.
# Guess before running: queries that the mask leaves out give something else.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

x = np.random.RandomState(3).normal(size=(1, 4, 3)).astype("float32")
mask = np.array([[True, True, False, False]])
layer = keras.layers.MultiHeadAttention(2, 3)
plain = np.asarray(layer(x, x))
query = np.abs(np.asarray(layer(x, x, query_mask=mask)) - plain).max()
value = np.abs(np.asarray(layer(x, x, value_mask=mask)) - plain).max()
print(f"Keras {keras.__version__}: query_mask changes {query}, value_mask {value}")
assert query == 0 and value > 1e-3
PY
