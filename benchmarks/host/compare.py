"""Times one inference of each model by Nacre and by its peers, in turns, on one core of this machine."""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

import ncnn
import numpy
import onnxruntime
import openvino
from ai_edge_litert import interpreter as litert

from turns import in_turns, made, stay_on_one_core, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
NACRE = ROOT / "build/host/bin/nacre"


def random_input(shape, dtype):
    random = numpy.random.default_rng(1)
    if numpy.dtype(dtype) == numpy.int8:
        return random.integers(-128, 128, shape, dtype)
    return random.random(shape, dtype)


class Peer:
    """What runs a model: `run` once, `answer` afterwards, as one row of numbers."""

    def __init__(self, run, answer):
        self.run, self.answer = run, answer

    def __call__(self, seconds):
        return timed(self.run, seconds)


class Nacre:
    """Nacre measures itself: a process of its own for each turn."""

    def __init__(self, model, kernels, *options):
        self.folder = tempfile.TemporaryDirectory()
        self.file, self.kernels = pathlib.Path(self.folder.name, "model.nacre"), kernels
        subprocess.run([NACRE, "convert", model, "-o", self.file, *options], check=True, stdout=subprocess.DEVNULL)

    def bench(self, seconds):
        command = [NACRE, "bench", self.file, "--json", "--kernels", self.kernels, "--seconds", str(2 * seconds)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    def __call__(self, seconds):
        return self.bench(seconds)["seconds"]

    def answer(self):
        entry = json.loads(subprocess.run([NACRE, "inspect", self.file, "--json"], check=True,
                                          capture_output=True).stdout)["inputs"][0]
        return self.predict(random_input(entry["shape"], entry["dtype"]))

    def predict(self, rows):
        x, y = self.file.with_name("x.npy"), self.file.with_name("y.npy")
        numpy.save(x, rows)
        subprocess.run([NACRE, "run", self.file, "--input", x, "-o", y], check=True)
        return numpy.load(y).reshape(-1)


def random_rows(entry, rows=20):
    random = numpy.random.default_rng(2)
    return numpy.concatenate([random.integers(-128, 128, entry["shape"]).astype(entry["dtype"]) for _ in range(rows)])


def answers(model, resolver):
    """What LiteRT predicts of some random rows."""
    runner = litert.Interpreter(str(model), num_threads=1, experimental_op_resolver_type=resolver)
    runner.allocate_tensors()
    entry, output, result = runner.get_input_details()[0], runner.get_output_details()[0]["index"], []
    for row in random_rows(entry):
        runner.set_tensor(entry["index"], row[None])
        runner.invoke()
        result.append(runner.get_tensor(output).copy())
    return numpy.concatenate(result)


def lite(model, resolver):
    runner = litert.Interpreter(str(model), num_threads=1, experimental_op_resolver_type=resolver)
    runner.allocate_tensors()
    for entry in runner.get_input_details():
        runner.set_tensor(entry["index"], random_input(entry["shape"], entry["dtype"]))
    return Peer(runner.invoke, lambda: runner.get_tensor(runner.get_output_details()[0]["index"]).reshape(-1))


def open_vino(model, precision):
    """`precision` None: what it takes by itself, which is bfloat16 where the processor multiplies it."""
    options = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1}
    if precision is not None:
        options["INFERENCE_PRECISION_HINT"] = precision
    core = openvino.Core()
    network = core.read_model(str(model))
    shapes = [[int(n) for n in entry["shape"]] for entry in litert.Interpreter(str(model)).get_input_details()]
    network.reshape(dict(zip(network.inputs, shapes)))  # which TensorFlow Lite files leave open
    compiled = core.compile_model(network, "CPU", options)
    kinds = {node.get_rt_info()["primitiveType"].astype(str) for node in compiled.get_runtime_model().get_ops()}
    if any("wino" in kind for kind in kinds):
        raise RuntimeError("OpenVINO chose Winograd: list it apart")
    request = compiled.create_infer_request()
    for i, port in enumerate(request.model_inputs):
        request.set_input_tensor(i, openvino.Tensor(random_input(list(port.shape), port.element_type.to_dtype())))
    return Peer(request.infer, lambda: numpy.array(request.get_output_tensor(0).data).reshape(-1))


def onnx_runtime(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options)
    inputs = {entry.name: random_input([n if isinstance(n, int) else 1 for n in entry.shape], numpy.float32)
              for entry in session.get_inputs()}
    return Peer(lambda: session.run(None, inputs), lambda: session.run(None, inputs)[0].reshape(-1))


def run_ncnn(made_of, shape, winograd):
    net = ncnn.Net()
    net.opt.num_threads, net.opt.use_winograd_convolution = 1, winograd
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.load_param(str(made_of.with_suffix(".ncnn.param")))
    net.load_model(str(made_of.with_suffix(".ncnn.bin")))
    row = random_input(shape, numpy.float32)[0]
    x = ncnn.Mat(row).clone()  # itself it lies in the array

    def run():
        extractor = net.create_extractor()
        extractor.input("in0", x)
        return extractor.extract("out0")[1]

    return Peer(run, lambda: numpy.array(run()).reshape(-1))


RESOLVERS = {"LiteRT": litert.OpResolverType.AUTO,
             "LiteRT without XNNPACK": litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
             "LiteRT reference": litert.OpResolverType.BUILTIN_REF}


def which_have_the_bits(model):
    """The kernels of LiteRT that predict 20 random rows of an int8 model as Nacre does, which has the bits of the
    reference kernels of TensorFlow 2.15.1, or as LiteRT's own reference kernels do: these round some dense layers in
    another way."""
    rows = random_rows(litert.Interpreter(str(model)).get_input_details()[0])
    ours = Nacre(model, "native").predict(rows)
    of = {name: answers(model, resolver).reshape(-1) for name, resolver in RESOLVERS.items()}
    theirs = of["LiteRT reference"]
    return {OUR_BITS: [name for name, answer in of.items() if (answer == ours).all()],
            THEIR_BITS: [name for name, answer in of.items() if (answer == theirs).all()]}


OUR_BITS, THEIR_BITS = "have nacre's bits", "have the bits of LiteRT's reference kernels"
APART = ", apart"  # ends the name of a peer that does not do the same multiplications


def contenders(model, converted):
    """By name; Nacre's fastest kernels come first. `converted`: the folder that peers.py filled, or None."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    kernels = ["avx512"] if "avx512_vnni" in flags else []
    is_int8 = "int8" in model.stem
    is_converted = converted is not None and not is_int8 and (converted / model.name).exists()
    as_floats = converted / model.name if is_converted else model
    exact = [] if is_int8 else ["--exact-weights"]  # the same multiplications as peers do of floats
    makers = {f"nacre {name}": lambda name=name: Nacre(model, name, *exact) for name in [*kernels, "avx2"]}
    for name, resolver in RESOLVERS.items():
        makers[name] = lambda resolver=resolver: lite(as_floats, resolver)
    if as_floats.read_bytes() != model.read_bytes():
        makers["nacre, int8 products" + APART] = lambda: Nacre(model, "native")
        makers["LiteRT, int8 products" + APART] = lambda: lite(model, litert.OpResolverType.AUTO)
    if is_int8:
        makers["OpenVINO"] = lambda: open_vino(model, None)
    else:
        makers["OpenVINO"] = lambda: open_vino(model, "f32")
        if "avx512_bf16" in flags:
            makers["OpenVINO, bfloat16" + APART] = lambda: open_vino(model, None)
    if as_floats.with_suffix(".onnx").exists():
        makers["ONNX Runtime"] = lambda: onnx_runtime(as_floats.with_suffix(".onnx"))
    if as_floats.with_suffix(".ncnn.param").exists():
        shape = litert.Interpreter(str(model)).get_input_details()[0]["shape"]
        makers["ncnn"] = lambda: run_ncnn(as_floats, shape, False)
        makers["ncnn, Winograd" + APART] = lambda: run_ncnn(as_floats, shape, True)
    return made(model.stem, makers)


def compare(model, converted, rounds, seconds):
    """By name, the median and the least time of a turn, how often longer than Nacre's best kernels in the same round,
    and how far the answer to one row is from Nacre's, in parts of the largest number of it."""
    turns = contenders(model, converted)
    times = in_turns(turns, rounds, seconds)
    ours, answer = next(iter(times.values())), next(iter(turns.values())).answer()
    largest = float(abs(answer.astype(float)).max()) or 1
    return {name: {"microseconds": 1e6 * statistics.median(own), "least": 1e6 * min(own),
                   "ratios": sorted(a / b for a, b in zip(own, ours)),
                   "off_by": float(abs(turns[name].answer().astype(float) - answer).max()) / largest}
            for name, own in times.items()}


def print_table(model, result):
    print(f"\n| {model.stem} | µs | least | times nacre's | from | to | off by |\n|---|--:|--:|--:|--:|--:|--:|")
    for name, own in result.items():
        if isinstance(own, list):
            continue
        ratios = own["ratios"]
        print(f"| {name} | {own['microseconds']:.1f} | {own['least']:.1f} | {statistics.median(ratios):.2f} | "
              f"{ratios[0]:.2f} | {ratios[-1]:.2f} | {own['off_by']:.0e} |")
    for which in (OUR_BITS, THEIR_BITS):
        if which in result:
            print(f"\nOn 20 random rows {which}: {', '.join(result[which]) or 'none'}.")


def fastest_like(result):
    """The fastest peer that does the same products, or of int8 that has Nacre's bits, else LiteRT's."""
    peers = {name: own for name, own in result.items()
             if isinstance(own, dict) and not name.startswith("nacre") and not name.endswith(APART)}
    if OUR_BITS in result:
        peers = {name: peers[name] for name in result[OUR_BITS] or result[THEIR_BITS]}
    return min(peers, key=lambda name: peers[name]["microseconds"])


def print_summary(results):
    for kind in ("float", "int8"):
        ratios = {}
        for model, result in results.items():
            if kind in model:
                name = fastest_like(result)
                ratios[model] = statistics.median(result[name]["ratios"])
                print(f"{model}: the fastest that does the same is {name}, {ratios[model]:.2f} times nacre's time")
        if ratios:
            print(f"geometric mean: {statistics.geometric_mean(ratios.values()):.2f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--only", default="", help="part of a model's name")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each turn")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--converted", type=pathlib.Path, help="folder that peers.py filled")
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
        results[model.stem] = compare(model, options.converted, options.rounds, options.seconds)
        if "int8" in model.stem:
            results[model.stem].update(which_have_the_bits(model))
        if not options.json:
            print_table(model, results[model.stem])
    if not options.json:
        print()
        print_summary(results)
    else:
        print(json.dumps({"processor": processor, "models": results}, indent=2))


if __name__ == "__main__":
    main()
