#!/bin/sh
# Keras 3.15.1 leaves the zero points of GPTQ and AWQ out of the .keras files that it saves: a layer is written with one
# array fewer than it reads, so that no such file can be loaded.
# Guess before running: what is saved can be loaded.
exec "$(dirname "$0")/with" keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6 <<'PY'
import os
import tempfile
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras

model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, dtype="gptq/4/2_from_float32")])
has = [variable.name for variable in model.layers[0].variables]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.keras")
    model.layers[0].is_gptq_calibrated = True
    model.save(path)
    try:
        keras.models.load_model(path)
    except ValueError as error:
        print(f"Keras {keras.__version__}: a layer of {has} is not loaded: {str(error).splitlines()[0]}")
    else:
        raise SystemExit("the file was loaded")
PY
