"""Models of which something grows: each function makes one of n layers, trees, labels, columns, inputs or outputs."""
import json
import os
import pickle
import subprocess

import numpy as np

from models import save_keras

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/tflite/tflite.fbs")


def dense(name, units, inputs, random, **options):
    weights = {"kernel": random.standard_normal((inputs, units), dtype=np.float32) / np.float32(np.sqrt(inputs)),
               "bias": np.zeros(units, np.float32)}
    return "Dense", {"name": name, "units": units, "activation": "linear", "use_bias": True, **options}, weights


def normalization(name, width, random):
    mean = random.standard_normal(width, dtype=np.float32)
    weights = {"gamma": np.ones(width, np.float32), "beta": np.zeros(width, np.float32), "moving_mean": mean,
               "moving_variance": np.ones(width, np.float32)}
    return "BatchNormalization", {"name": name, "axis": [1], "epsilon": 1e-3, "scale": True, "center": True}, weights


def keras_chain(path, blocks):
    """Dense, ReLU and a batch normalisation that is folded into the next Dense where that loses nothing."""
    random = np.random.default_rng(0)
    layers = []
    for i in range(blocks):
        first = {"batch_input_shape": [None, 8]} if i == 0 else {}
        layers += [dense(f"dense_{i}", 8, 8, random, **first),
                   ("Activation", {"name": f"relu_{i}", "activation": "relu"}, {}),
                   normalization(f"normalization_{i}", 8, random)]
    save_keras(path, layers)


def inbound(*names):
    return [[[name, 0, 0, {}] for name in names]]


def keras_graph(path, branches):
    """As many branches of one input, each joined to those before it, and all of them outputs."""
    random = np.random.default_rng(0)
    layers = [("InputLayer", {"name": "x", "batch_input_shape": [None, 8], "dtype": "float32"}, {}, [])]
    last, outputs = "x", []
    for i in range(branches):
        layers.append((*dense(f"branch_{i}", 8, 8, random), inbound("x")))
        layers.append(("Add", {"name": f"join_{i}"}, {}, inbound(last, f"branch_{i}")))
        layers.append((*dense(f"out_{i}", 2, 8, random), inbound(f"join_{i}")))
        last = f"join_{i}"
        outputs.append([f"out_{i}", 0, 0])
    configs = [{"class_name": c, "name": o["name"], "config": o, "inbound_nodes": nodes} for c, o, _, nodes in layers]
    config = {"name": "model", "layers": configs, "input_layers": [["x", 0, 0]], "output_layers": outputs}
    save_keras(path, [layer[:3] for layer in layers], {"class_name": "Functional", "config": config})


def keras_inputs(path, inputs):
    """As many inputs, each looked up in a table, and the sum of what is found."""
    random = np.random.default_rng(0)
    layers, last = [], None
    for i in range(inputs):
        layers.append(("InputLayer", {"name": f"x_{i}", "batch_input_shape": [None, 1], "dtype": "float32"}, {}, []))
        table = {"embeddings": random.standard_normal((10, 4), dtype=np.float32)}
        options = {"name": f"table_{i}", "input_dim": 10, "output_dim": 4}
        layers.append(("Embedding", options, table, inbound(f"x_{i}")))
        if last is not None:
            layers.append(("Add", {"name": f"sum_{i}"}, {}, inbound(last, f"table_{i}")))
        last = f"table_{i}" if last is None else f"sum_{i}"
    configs = [{"class_name": c, "name": o["name"], "config": o, "inbound_nodes": nodes} for c, o, _, nodes in layers]
    config = {"name": "model", "layers": configs, "input_layers": [[f"x_{i}", 0, 0] for i in range(inputs)],
              "output_layers": [[last, 0, 0]]}
    save_keras(path, [layer[:3] for layer in layers], {"class_name": "Functional", "config": config})


def tflite_chain(path, blocks):
    """Fully connected layers with tanh between them, as flatc writes them from JSON."""
    random = np.random.default_rng(0)
    buffers, tensors, operators = [{}], [], []

    def tensor(name, shape, kind="FLOAT32", data=None):
        if data is not None:
            buffers.append({"data": list(data.tobytes())})
        tensors.append({"name": name, "shape": shape, "type": kind, "buffer": 0 if data is None else len(buffers) - 1})
        return len(tensors) - 1

    x = first = tensor("x", [1, 8])
    for i in range(blocks):
        weights = tensor(f"w{i}", [8, 8], data=(random.standard_normal((8, 8)) / 3).astype(np.float32))
        y = tensor(f"y{i}", [1, 8])
        operators.append({"opcode_index": 0, "inputs": [x, weights, -1], "outputs": [y],
                          "builtin_options_type": "FullyConnectedOptions", "builtin_options": {}})
        z = tensor(f"z{i}", [1, 8])
        operators.append({"opcode_index": 1, "inputs": [y], "outputs": [z]})
        x = z
    model = {"version": 3, "operator_codes": [{"deprecated_builtin_code": 9, "builtin_code": "FULLY_CONNECTED"},
                                              {"deprecated_builtin_code": 28, "builtin_code": "TANH"}],
             "subgraphs": [{"tensors": tensors, "inputs": [first], "outputs": [x], "operators": operators}],
             "buffers": buffers}
    text = path.replace(".tflite", ".json")
    with open(text, "w") as file:
        json.dump(model, file)
    subprocess.run(["flatc", "--binary", "-o", os.path.dirname(path), SCHEMA, text], check=True)
    os.rename(path.replace(".tflite", ".bin"), path)  # flatc knows no other ending
    os.remove(text)


def save(path, model):
    with open(path, "wb") as file:
        pickle.dump(model, file)


def rows(columns, count=2000, seed=0):
    x = np.random.default_rng(seed).standard_normal((count, columns))
    return x, x[:, 0] * x[:, 1 % columns] + np.sin(3 * x[:, 2 % columns])


def forest(path, trees, classes=2):
    from sklearn.ensemble import RandomForestClassifier
    x, y = rows(8)
    labels = np.digitize(y, np.quantile(y, np.linspace(0, 1, classes + 1)[1:-1]))
    save(path, RandomForestClassifier(trees, max_leaf_nodes=32, random_state=0).fit(x, labels))


def scaled_forest(path, trees):
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    x, y = rows(8)
    forest = RandomForestRegressor(trees, max_leaf_nodes=32, random_state=0)
    save(path, make_pipeline(StandardScaler(), forest).fit(x, y))


def boosting(path, trees):
    from sklearn.ensemble import GradientBoostingClassifier
    x, y = rows(8, 500)
    labels = np.digitize(y, np.quantile(y, [0.25, 0.5, 0.75]))
    save(path, GradientBoostingClassifier(n_estimators=trees // 4, max_depth=3, random_state=0).fit(x, labels))


def classes(path, count):
    """Labels of text, one for each class of a linear model."""
    from sklearn.linear_model import SGDClassifier
    random = np.random.default_rng(0)
    model = SGDClassifier()
    model.classes_ = np.array([f"class {i:06}" for i in range(count)])
    model.coef_, model.intercept_ = random.standard_normal((count, 8)), random.standard_normal(count)
    model.n_features_in_, model.t_ = 8, 1.0
    save(path, model)


def columns(path, count):
    """Columns that are imputed and scaled before trees ask about them."""
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    x, y = rows(count, 200)
    x[::7] = np.nan
    trees = ExtraTreesRegressor(20, max_features=1, random_state=0)
    save(path, make_pipeline(SimpleImputer(), StandardScaler(), trees).fit(x, y))


def forest_classes(path, count):
    forest(path, 10, count)
