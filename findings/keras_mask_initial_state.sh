#!/bin/sh
# Keras 3.15.1: in a functional model, a recurrent layer that is given its initial states no longer heeds the mask of an
# Embedding. Zeros, which it starts from anyway, are enough to change the answer.
# Guess before running: the mask is heeded, both models answer alike, as when the layer is called with mask= itself.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from keras import layers

words = keras.Input((4,))
states = keras.Input((5,))
embedded = layers.Embedding(6, 3, mask_zero=True)(words)
gru = layers.GRU(5)
alone = keras.Model(words, gru(embedded))
given = keras.Model([words, states], gru(embedded, initial_state=states))
rows = np.array([[1, 2, 0, 0], [3, 0, 4, 5]])
zeros = np.zeros((2, 5), "float32")
difference = np.abs(alone.predict(rows, verbose=0) - given.predict([rows, zeros], verbose=0)).max(axis=1)

vectors, mask = layers.Embedding(6, 3)(rows), rows != 0
called = [gru(vectors, mask=mask), gru(vectors, mask=mask, initial_state=zeros)]
print(f"Keras {keras.__version__}, functional GRU behind Embedding(mask_zero=True): zeros given as the initial state "
      f"change the two answers by {difference}")
print("called with mask= itself, they change them by", np.abs(np.asarray(called[0]) - np.asarray(called[1])).max())
assert (difference > 1e-4).all()
assert np.array_equal(*called)
PY
