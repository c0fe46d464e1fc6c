#!/bin/sh
# TimeDistributed of Keras 3.15.1 around a Dense that quantize("int8") has changed multiplies by the codes of the kernel
# and divides by no scale: it calls the layer's call(), which does not know of the codes. The Dense alone is right.
# Guess before running: the same numbers, rounded as the Dense rounds.
exec "$(dirname "$0")/with" keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6 <<'PY'
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

x = np.ones((1, 2, 4), "float32")
step = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
model = keras.Sequential([keras.Input((2, 4)), keras.layers.TimeDistributed(step)])
before = np.asarray(model(x)).ravel()
model.quantize("int8")
after, alone = np.asarray(model(x)).ravel(), np.asarray(step(x)).ravel()
print(f"Keras {keras.__version__}: {before.tolist()} becomes {after.tolist()}; the Dense alone gives {alone.tolist()}")
assert np.allclose(alone, before, rtol=0.01) and np.allclose(after, 127 * before, rtol=0.01)
PY
