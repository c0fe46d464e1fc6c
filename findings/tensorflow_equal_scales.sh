#!/bin/sh
# TensorFlow 2.15.1: a convolution that the converter quantises with dynamic range answers its bias and nothing else if
# all its channels have the same largest weight, as those of binary weights (-1 and 1) have: their scales are equal, the
# kernel takes that for a layer with one scale, and reads a scale of 0.
# Guess before running: within 1 % of Keras, since -1 and 1 lose nothing when they become -127 and 127.
exec "$(dirname "$0")/with" tensorflow-cpu==2.15.1 numpy==1.26.4 <<'PY'
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

random = np.random.default_rng(0)
image = tf.keras.Input((8, 8, 8))
model = tf.keras.Model(image, tf.keras.layers.Conv2D(16, 3)(image))
bias = random.normal(size=16)
model.set_weights([random.choice([-1.0, 1.0], size=(3, 3, 8, 16)), bias])
converter = tf.lite.TFLiteConverter.from_keras_model(model)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
net = tf.lite.Interpreter(model_content=converter.convert())
net.allocate_tensors()
x = random.normal(size=(1, 8, 8, 8)).astype(np.float32)
net.set_tensor(net.get_input_details()[0]["index"], x)
net.invoke()
y, keras = net.get_tensor(net.get_output_details()[0]["index"])[0, 0, 0], model(x).numpy()[0, 0, 0]
print(f"TensorFlow {tf.__version__}: Keras gives {keras[:3]}, the interpreter {y[:3]}, and the bias is {bias[:3]}")
assert np.allclose(y, bias, atol=1e-6) and abs(keras - bias).max() > 1
PY
