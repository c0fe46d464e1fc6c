#!/bin/sh
# In Keras 3.15.1 the dropout rate of MultiHeadAttention changes what it predicts, though nothing is dropped then:
# with a rate of 0 a query that is padding sees all keys alike, with any other rate it sees none and gives zeros.
# Guess before running: the same predictions, dropout acts in training alone.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from keras import layers

words = np.array([[4, 3, 0, 0]], "int32")
answers, weights = [], None
for rate in (0.0, 0.1):
    tokens = layers.Input((4,), dtype="int32")
    embedded = layers.Embedding(6, 3, mask_zero=True)(tokens)
    model = keras.Model(tokens, layers.MultiHeadAttention(2, 3, dropout=rate)(embedded, embedded))
    weights = weights or [np.linspace(-1, 1, w.size).reshape(w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    answers.append(np.asarray(model(words, training=False)))
difference = np.abs(answers[0] - answers[1]).max(axis=(0, 2))
print(f"Keras {keras.__version__}: difference by step, of which the last two are padding: {difference}")
assert difference[:2].max() < 1e-5 and difference[2:].min() > 1e-3
PY
