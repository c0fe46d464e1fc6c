"""Saves two nets of sequences as TensorFlow Lite and ONNX: python benchmarks/host/sequences.py FOLDER"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf
import tf2onnx

layers = tf.keras.layers


def recurrent():
    """An LSTM of 64 units on 100 steps of 16 numbers."""
    x = layers.Input((100, 16))
    return tf.keras.Model(x, layers.Dense(4)(layers.LSTM(64)(x)))


def encoder():
    """Two layers of a transformer: 32 steps of 64 numbers, four heads."""
    x = inputs = layers.Input((32, 64))
    for _ in range(2):
        x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(4, 16)(x, x)]))
        hidden = layers.Dense(256, activation="gelu")(x)
        x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(64)(hidden)]))
    return tf.keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling1D()(x)))


def save(model, name, folder):
    signature = tf.TensorSpec([1, *model.input_shape[1:]], tf.float32)
    function = tf.function(lambda x: model(x)).get_concrete_function(signature)
    with open(os.path.join(folder, name + ".tflite"), "wb") as out:
        out.write(tf.lite.TFLiteConverter.from_concrete_functions([function], model).convert())
    tf2onnx.convert.from_keras(model, [signature], output_path=os.path.join(folder, name + ".onnx"))


if __name__ == "__main__":
    tf.keras.utils.set_random_seed(1)
    save(recurrent(), "lstm", sys.argv[1])
    save(encoder(), "encoder", sys.argv[1])
