#!/bin/sh
# A convolution of Keras 3.15.1 with channels_first adds its bias along the width, and not the channels, on TensorFlow,
# where the image that comes out is as wide as it has channels: keras.ops.add takes a bias for tf.nn.bias_add, which
# looks at the last axis first. On JAX and PyTorch the bias goes to the channels.
# Guess before running: one constant in each channel.
exec "$(dirname "$0")/with" keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.3.5 <<'PY'
import keras
import numpy as np

layer = keras.layers.SeparableConv2D(4, 3, data_format="channels_first", depthwise_initializer="zeros",
                                     bias_initializer=lambda shape, dtype=None: np.arange(4, dtype="float32"))
for width in (4, 5):
    y = np.asarray(layer(np.zeros((1, 3, 7, width + 2), "float32")))[0, :, 0]
    print(f"Keras {keras.__version__}, a width of {width}: channel 1 has {y[1].tolist()}")
    assert np.array_equal(y[1], np.arange(4) if width == 4 else np.ones(5))
PY
