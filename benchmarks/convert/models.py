"""What benchmarks/convert/run calls: `make FOLDER` trains and saves the models, `load FILE` prints the seconds that the
library which saved FILE takes to load it, `measure NACRE FOLDER` compares."""
import json
import os
import pickle
import statistics
import subprocess
import sys
import time

ROUNDS = 5
MODELS = {  # file: what it is
    "forest.joblib": "random forest, joblib",
    "forest.z.joblib": "random forest, joblib, zlib",
    "forest.pkl": "random forest, pickle 4",
    "forest5.pkl": "random forest, pickle 5",
    "boosting.joblib": "gradient boosting, joblib",
    "dense.h5": "Keras, one large Dense",
    "lstm.h5": "Keras, one large LSTM",
}


def save_keras(path, layers, config=None):
    """A model as Keras 2 saves it, Sequential unless `config` says more; `layers` are (class, config, {weight: array})
    and need no Keras."""
    import h5py
    if config is None:
        config = {"class_name": "Sequential", "config": {
            "name": "model", "layers": [{"class_name": c, "config": o} for c, o, _ in layers]}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"], file.attrs["backend"] = "2.15.0", "tensorflow"
        weights = file.create_group("model_weights")
        names = [o["name"].encode() for _, o, _ in layers]
        for i in range(0, len(names), 1000):  # an attribute holds 64 KB: Keras numbers the parts of a longer one
            weights.attrs["layer_names" if len(names) <= 1000 else f"layer_names{i // 1000}"] = names[i:i + 1000]
        for _, options, arrays in layers:
            group = weights.create_group(options["name"])
            group.attrs["weight_names"] = [f"{options['name']}/{name}:0".encode() for name in arrays]
            for name, array in arrays.items():
                group[f"{options['name']}/{name}:0"] = array


def make(folder):
    import joblib
    import numpy as np
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
    random = np.random.default_rng(0)
    x = random.standard_normal((40000, 12), dtype=np.float32)
    y = x[:, 0] * x[:, 1] + random.standard_normal(40000)
    forest = RandomForestRegressor(100, max_features=1, random_state=0).fit(x, y)
    joblib.dump(forest, f"{folder}/forest.joblib")
    joblib.dump(forest, f"{folder}/forest.z.joblib", compress=3)
    for protocol, name in (4, "forest"), (5, "forest5"):
        with open(f"{folder}/{name}.pkl", "wb") as file:
            pickle.dump(forest, file, protocol=protocol)
    joblib.dump(GradientBoostingRegressor(n_estimators=60, max_depth=None, max_features=1, random_state=0).fit(x, y),
                f"{folder}/boosting.joblib")
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32) / 100
    save_keras(f"{folder}/dense.h5", [
        ("Dense", {"name": "wide", "units": 8192, "activation": "relu", "use_bias": True,
                   "batch_input_shape": [None, 8192]},
         {"kernel": normal(8192, 8192), "bias": normal(8192)}),
        ("Dense", {"name": "out", "units": 10, "activation": "softmax", "use_bias": True},
         {"kernel": normal(8192, 10), "bias": normal(10)})])
    save_keras(f"{folder}/lstm.h5", [
        ("LSTM", {"name": "lstm", "units": 3000, "activation": "tanh", "recurrent_activation": "sigmoid",
                  "use_bias": True,
                  "return_sequences": False, "batch_input_shape": [None, 4, 3000]},
         {"lstm_cell/kernel": normal(3000, 12000), "lstm_cell/recurrent_kernel": normal(3000, 12000),
          "lstm_cell/bias": normal(12000)}),
        ("Dense", {"name": "out", "units": 1, "activation": "linear", "use_bias": True},
         {"kernel": normal(3000, 1), "bias": normal(1)})])


def load(path):
    import sklearn.ensemble  # imports do not count
    if path.endswith(".h5"):
        import h5py
        begin = time.perf_counter()
        with h5py.File(path) as file:
            file.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)
    elif path.endswith(".pkl"):
        begin = time.perf_counter()
        with open(path, "rb") as file:
            pickle.load(file)
    else:
        import joblib
        begin = time.perf_counter()
        joblib.load(path)
    print(json.dumps({"total": time.perf_counter() - begin}))


def run(command):
    """Standard output as JSON, and the peak of resident memory in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed")
    return json.loads(output), usage.ru_maxrss * 1024


def measure(nacre, folder):
    print(f"{'seconds':32} {'load':>6} {'total':>6} {'check':>6} {'sync':>6} {'rest':>6} {'rest/load':>9}   "
          f"memory/file: load, nacre")
    for name, title in MODELS.items():
        path = f"{folder}/{name}"
        size = os.path.getsize(path.replace(".z.", "."))
        loads, converts, peaks = [], [], []
        for _ in range(ROUNDS):
            loaded, load_peak = run([sys.executable, __file__, "load", path])
            converted, peak = run([nacre, "convert", "--json", path, "-o", f"{folder}/out.nacre"])
            loads.append(loaded["total"])
            converts.append(converted["seconds"])
            peaks.append((load_peak / size, peak / size))
        of = lambda key: statistics.median(key(seconds) for seconds in converts)
        loading = statistics.median(loads)
        rest = of(lambda s: s["total"] - s["self_check"] - s["sync"])
        print(f"{title:32} {loading:6.2f} {of(lambda s: s['total']):6.2f} {of(lambda s: s['self_check']):6.2f} "
              f"{of(lambda s: s['sync']):6.2f} "
              f"{rest:6.2f} {rest / loading:9.2f}   {max(p[0] for p in peaks):17.2f}, {max(p[1] for p in peaks):5.2f}",
              flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    elif sys.argv[1] == "load":
        load(sys.argv[2])
    else:
        measure(sys.argv[2], sys.argv[3])
