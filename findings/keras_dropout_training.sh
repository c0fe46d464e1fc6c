#!/bin/sh
# Keras 3.15.1: a functional model calls Dropout with training=True, as Monte Carlo dropout does. model(x) drops half of
# the numbers, model.predict(x) none: its training=False takes the place of what the model says.
# Guess before running: both drop, as in Keras 2.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

x = keras.Input((1000,))
model = keras.Model(x, keras.layers.Dropout(0.5)(x, training=True))
rows = np.ones((4, 1000), np.float32)
called, predicted = np.asarray(model(rows)), model.predict(rows, verbose=0)
print(f"Keras {keras.__version__}, Dropout(0.5)(x, training=True): {(called == 0).mean():.0%} of the numbers are 0 in "
      f"model(x), {(predicted == 0).mean():.0%} in model.predict(x)")
assert 0.4 < (called == 0).mean() < 0.6 and (predicted == 1).all()
PY
