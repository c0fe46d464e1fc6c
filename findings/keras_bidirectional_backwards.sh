#!/bin/sh
# Keras 3.15.1 refuses Bidirectional around a layer with go_backwards=True: it copies the layer with the opposite
# direction, and then compares the copy with a layer that it copied with the same one.
# Guess before running: accepted, the backward layer runs forwards, as in Keras 2.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
from keras import layers

layers.Bidirectional(layers.LSTM(3))
try:
    layers.Bidirectional(layers.LSTM(3, go_backwards=True))
    answer = "accepted"
except ValueError as error:
    answer = str(error)
print(f"Keras {keras.__version__}, Bidirectional(LSTM(go_backwards=True)): {answer}")
assert "should have different `go_backwards` value" in answer
PY
