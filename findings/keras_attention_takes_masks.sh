#!/bin/sh
# In Keras 3.15.1, MultiHeadAttention takes the mask off the tensors that it is given. A second layer that reads the
# same embedding therefore sees no mask, and which of two attentions heeds padding is decided by what runs first: an
# output of a model changes when another output is added to it.
# Guess before running: an output does not depend on whether the model has another.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from keras import layers

words = np.array([[4, 3, 0, 0], [2, 0, 0, 0]], "int32")
tokens = layers.Input((4,), dtype="int32")
embedded = layers.Embedding(6, 3, mask_zero=True)(tokens)
first, second = layers.MultiHeadAttention(2, 3), layers.MultiHeadAttention(2, 3)
alone = keras.Model(tokens, first(embedded, embedded))
before = np.asarray(alone(words))
both = keras.Model(tokens, [alone.output, second(embedded, embedded)])
after = [np.asarray(y) for y in both(words)]
third = keras.Model(tokens, second(embedded, embedded))
changed = [float(np.abs(after[0] - before).max()), float(np.abs(after[1] - np.asarray(third(words))).max())]
print(f"Keras {keras.__version__}: the second output beside the first changes them by {changed}")
assert max(changed) > 1e-3
PY
