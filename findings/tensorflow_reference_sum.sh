#!/bin/sh
# TensorFlow 2.15.1: the reference kernel of SUM (BUILTIN_REF) answers an int8 tensor whose scale changes with other
# numbers than the kernel that interpreters take by default, far off from the sum; the default is right.
# Guess before running: equal, since the reference kernels are what the others are measured by.
exec "$(dirname "$0")/with" tensorflow-cpu==2.15.1 numpy==1.26.4 <<'PY'
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

x = np.random.default_rng(1).normal(size=(8, 6, 5, 4)).astype(np.float32)
step = tf.function(lambda a: tf.reduce_sum(a, [1, 2]), input_signature=[tf.TensorSpec([1, 6, 5, 4], tf.float32)])
converter = tf.lite.TFLiteConverter.from_concrete_functions([step.get_concrete_function()])
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = lambda: ([row[None]] for row in x)
converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
content = converter.convert()


def answers(kernels):
    net = tf.lite.Interpreter(model_content=content, experimental_op_resolver_type=kernels)
    net.allocate_tensors()
    given, made = net.get_input_details()[0]["index"], net.get_output_details()[0]["index"]
    found = []
    for row in x:
        net.set_tensor(given, row[None])
        net.invoke()
        found.append(net.get_tensor(made)[0])
    return np.array(found)


kinds = tf.lite.experimental.OpResolverType
reference, default = answers(kinds.BUILTIN_REF), answers(kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
real = x.sum((1, 2))
print(f"TensorFlow {tf.__version__}: of {real[0]}, the reference kernel makes {reference[0]}, the other {default[0]}")
assert np.abs(default - real).max() < 0.5 < 2 < np.abs(reference - real).max()
PY
