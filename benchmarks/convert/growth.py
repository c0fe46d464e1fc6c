"""What benchmarks/convert/growth calls: `make FOLDER` makes models of n and of 10n layers, trees, labels, columns,
inputs and outputs; `measure NACRE FOLDER [NAME]...` converts both of each in turn and prints how much more the larger
takes."""
import os
import statistics
import subprocess
import sys

ROUNDS = 5
SIZES = 1, 10
LIMIT = 12  # times the seconds or the memory, of ten times the work

MODELS = {  # function of growth_models: what grows, the file, the smaller number
    "keras_chain": ("layers in a row, Keras", "chain{}.h5", 500),
    "keras_graph": ("branches and outputs, Keras", "graph{}.h5", 150),
    "keras_inputs": ("inputs that are looked up, Keras", "inputs{}.h5", 150),
    "tflite_chain": ("layers in a row, TensorFlow Lite", "chain{}.tflite", 1500),
    "forest": ("trees of a forest", "forest{}.pkl", 500),
    "scaled_forest": ("trees of a forest behind a scaler", "scaled{}.pkl", 500),
    "boosting": ("boosted trees, 4 classes", "boosting{}.pkl", 1000),
    "forest_classes": ("classes of a forest of 10 trees", "labels{}.pkl", 100),
    "classes": ("classes with labels of text", "classes{}.pkl", 10000),
    "columns": ("columns, imputed and scaled", "columns{}.pkl", 500),
}


def make(folder):
    import growth_models  # not by who measures: a child's peak of memory begins with what its parent has
    for name, (_, file, n) in MODELS.items():
        for size in SIZES:
            path = os.path.join(folder, file.format(size))
            if os.path.exists(path):
                continue
            stem, ending = os.path.splitext(path)
            getattr(growth_models, name)(f"{stem}.part{ending}", n * size)
            os.rename(f"{stem}.part{ending}", path)  # never half a model


def convert(nacre, path):
    """Seconds of processor time, and the peak of resident memory in MB."""
    process = subprocess.Popen([nacre, "convert", path, "-o", path + ".nacre"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{path} is not converted")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(nacre, folder, names):
    failed = False
    print(f"{'ten times as many':42} {'seconds':>15} {'times':>6} {'MB':>15} {'times':>6}")
    for name in names or MODELS:
        title, file, n = MODELS[name]
        took = {size: [] for size in SIZES}
        for _ in range(ROUNDS):
            for size in SIZES:
                took[size].append(convert(nacre, os.path.join(folder, file.format(size))))
        seconds, memory = ([statistics.median(one[i] for one in took[size]) for size in SIZES] for i in range(2))
        ratios = [pair[1] / pair[0] for pair in (seconds, memory)]
        failed |= max(ratios) > LIMIT
        print(f"{title + f' ({n})':42} {seconds[0]:7.3f} {seconds[1]:7.3f} {ratios[0]:6.1f} "
              f"{memory[0]:7.1f} {memory[1]:7.1f} {ratios[1]:6.1f}", flush=True)
    sys.exit(1 if failed else 0)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    measure(sys.argv[2], sys.argv[3], sys.argv[4:])
