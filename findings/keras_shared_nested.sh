#!/bin/sh
# Keras 3.15.1 saves a layer that two nested models share once, under the first of them, and then cannot load its own
# file: "expected 2 variables, but received 0". Shared directly, without nested models, the layer loads.
# Guess before running: it loads, as an .h5 of Keras 2 does.
exec "$(dirname "$0")/with" keras==3.15.1 jax==0.10.2 numpy==2.3.5 <<'PY'
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
from keras import layers


def refusal(model):
    model.save("model.keras")
    try:
        keras.models.load_model("model.keras")
    except ValueError as error:
        return str(error)


x = keras.Input((3,))
shared = layers.Dense(2, name="shared")
direct = refusal(keras.Model(x, layers.Add()([shared(x), shared(layers.ReLU()(x))])))
parts = []
for name in ("left", "right"):
    start = keras.Input((3,))
    parts.append(keras.Model(start, shared(start), name=name))
nested = refusal(keras.Model(x, layers.Add()([part(x) for part in parts])))
print(f"Keras {keras.__version__}, a layer shared by two nested models: {nested and nested.splitlines()[2]}; "
      f"shared directly: {direct or 'loads'}")
assert direct is None and "expected 2 variables, but received 0" in nested
PY
