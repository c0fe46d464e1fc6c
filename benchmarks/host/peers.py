"""Makes what peers read of each float TensorFlow Lite model: python benchmarks/host/peers.py FOLDER MODEL...

FOLDER gets NAME.tflite, whose weights are all float32 (LiteRT multiplies bytes where they are int8), NAME.onnx of it,
and for ncnn NAME.ncnn.param and NAME.ncnn.bin.
"""

import importlib.util
import pathlib
import subprocess
import sys

import flatbuffers
import numpy
from tensorflow.lite.python import schema_py_generated as schema


def with_float_weights(content):
    """The model with each int8 constant as the floats that it stands for; as it is where there is none."""
    changed = False
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    for tensor in (tensor for graph in model.subgraphs for tensor in graph.tensors):
        stored = model.buffers[tensor.buffer].data
        if tensor.type != schema.TensorType.INT8 or stored is None:
            continue
        scales = [1] * len(tensor.shape)
        scales[tensor.quantization.quantizedDimension] = -1
        scale = numpy.asarray(tensor.quantization.scale, numpy.float32).reshape(scales)
        weights = numpy.asarray(stored).view(numpy.int8).reshape(tensor.shape).astype(numpy.float32) * scale
        buffer = schema.BufferT()
        buffer.data = numpy.frombuffer(weights.tobytes(), numpy.uint8)
        model.buffers.append(buffer)
        tensor.buffer, tensor.type, tensor.quantization = len(model.buffers) - 1, schema.TensorType.FLOAT32, None
        changed = True
    if not changed:
        return content
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def main(folder, models):
    converter = pathlib.Path(importlib.util.find_spec("pnnx").origin).parent / "pnnx"  # imported, it asks for PyTorch
    for model in models:
        made = folder / model.name
        onnx = made.with_suffix(".onnx")
        made.write_bytes(with_float_weights(model.read_bytes()))
        subprocess.run([sys.executable, "-m", "tf2onnx.convert", "--tflite", made, "--output", onnx], check=True,
                       capture_output=True)
        subprocess.run([converter, onnx.name, "fp16=0"], check=True, capture_output=True, cwd=folder)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), [pathlib.Path(model).resolve() for model in sys.argv[2:]])
