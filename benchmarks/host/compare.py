"""Times one inference of each model by Nacre and by its peers, in turns, on one core of this machine."""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

import numpy
import onnxruntime
import openvino
from ai_edge_litert import interpreter as litert

from turns import in_turns, made, stay_on_one_core, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
NACRE = ROOT / "build/host/bin/nacre"


def random_input(shape, dtype):
    random = numpy.random.default_rng(1)
    if dtype == numpy.int8:
        return random.integers(-128, 128, shape, dtype)
    return random.random(shape, dtype)


def nacre(model, kernels):
    """Nacre measures itself: a process of its own for each turn."""
    folder = tempfile.TemporaryDirectory()
    file = pathlib.Path(folder.name, "model.nacre")
    subprocess.run([NACRE, "convert", model, "-o", file], check=True, stdout=subprocess.DEVNULL)

    def turn(seconds):
        converted = pathlib.Path(folder.name, "model.nacre")  # the folder lives as long as this
        command = [NACRE, "bench", converted, "--json", "--kernels", kernels, "--seconds", str(2 * seconds)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["seconds"]

    return turn


def answers(model, resolver, rows=20):
    """What LiteRT predicts of some random rows, as bytes."""
    runner = litert.Interpreter(str(model), num_threads=1, experimental_op_resolver_type=resolver)
    runner.allocate_tensors()
    entry, random, result = runner.get_input_details()[0], numpy.random.default_rng(2), []
    for _ in range(rows):
        runner.set_tensor(entry["index"], random.integers(-128, 128, entry["shape"]).astype(entry["dtype"]))
        runner.invoke()
        result += [runner.get_tensor(output["index"]).tobytes() for output in runner.get_output_details()]
    return result


def lite(model, resolver):
    runner = litert.Interpreter(str(model), num_threads=1, experimental_op_resolver_type=resolver)
    runner.allocate_tensors()
    for entry in runner.get_input_details():
        runner.set_tensor(entry["index"], random_input(entry["shape"], entry["dtype"]))
    return lambda seconds: timed(runner.invoke, seconds)


def open_vino(model):
    options = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    core = openvino.Core()
    network = core.read_model(str(model))
    shapes = [[int(n) for n in entry["shape"]] for entry in litert.Interpreter(str(model)).get_input_details()]
    network.reshape(dict(zip(network.inputs, shapes)))  # which TensorFlow Lite files leave open
    request = core.compile_model(network, "CPU", options).create_infer_request()
    for i, port in enumerate(request.model_inputs):
        request.set_input_tensor(i, openvino.Tensor(random_input(list(port.shape), port.element_type.to_dtype())))
    return lambda seconds: timed(request.infer, seconds)


def onnx_runtime(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options)
    inputs = {entry.name: random_input(entry.shape, numpy.float32) for entry in session.get_inputs()}
    return lambda seconds: timed(lambda: session.run(None, inputs), seconds)


RESOLVERS = {"LiteRT": litert.OpResolverType.AUTO,
             "LiteRT without XNNPACK": litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
             "LiteRT reference": litert.OpResolverType.BUILTIN_REF}


def have_reference_bits(model):
    """The kernels of LiteRT that predict 20 random rows of an int8 model as its reference kernels do."""
    expected = answers(model, litert.OpResolverType.BUILTIN_REF)
    return [name for name, resolver in RESOLVERS.items() if answers(model, resolver) == expected]


def contenders(model):
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    kernels = ["avx512"] if "avx512_vnni" in flags else []
    makers = {f"nacre {name}": lambda name=name: nacre(model, name) for name in [*kernels, "avx2"]}
    for name, resolver in RESOLVERS.items():
        makers[name] = lambda resolver=resolver: lite(model, resolver)
    makers["OpenVINO"] = lambda: open_vino(model)
    if model.with_suffix(".onnx").exists():
        makers["ONNX Runtime"] = lambda: onnx_runtime(model.with_suffix(".onnx"))
    return made(model.stem, makers)


def compare(model, rounds, seconds):
    """By name, the times of all turns, and how often longer than Nacre's best kernels in the same round."""
    turns = contenders(model)
    times = in_turns(turns, rounds, seconds)
    ours = next(iter(times.values()))
    return {name: {"microseconds": 1e6 * statistics.median(own),
                   "ratios": sorted(a / b for a, b in zip(own, ours))} for name, own in times.items()}


def print_table(model, result):
    print(f"\n| {model.stem} | µs | times nacre's | from | to |\n|---|--:|--:|--:|--:|")
    bits = result.pop("have the bits of the reference", None)
    for name, own in result.items():
        ratios = own["ratios"]
        print(f"| {name} | {own['microseconds']:.1f} | {statistics.median(ratios):.2f} | {ratios[0]:.2f} | "
              f"{ratios[-1]:.2f} |")
    if bits is not None:
        print(f"\nThe bits of the reference kernels on 20 random rows: {', '.join(bits)}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--only", default="", help="part of a model's name")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each turn")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    stay_on_one_core()
    models = options.models or sorted((ROOT / "../shared/models").glob("*.tflite"))
    models = models or sorted((ROOT / "tests/fixtures/models").glob("*.tflite"))
    processor = [line for line in open("/proc/cpuinfo") if line.startswith("model name")][0].split(":")[1].strip()
    results = {}
    if not options.json:
        print(f"One core of {processor}, {options.rounds} rounds of {options.seconds} s in turns, medians.")
    for model in models:
        if options.only not in model.stem:
            continue
        results[model.stem] = compare(model, options.rounds, options.seconds)
        if "int8" in model.stem:
            results[model.stem]["have the bits of the reference"] = have_reference_bits(model)
        if not options.json:
            print_table(model, results[model.stem])
    if options.json:
        print(json.dumps({"processor": processor, "models": results}, indent=2))


if __name__ == "__main__":
    main()
