"""Times ensembles of trees by Nacre, by the libraries that trained them and by ONNX Runtime, treelite's tl2cgen,
lleaves and emlearn, in turns, on one core of this machine: nanoseconds per row, of one row a call and of a thousand.
Nacre and emlearn run a row at a time either way: one again and again, or a thousand, one after the other. emlearn's
votes are of 16-bit integers, for which it has a forest of its own. `trees.py --make FOLDER` only trains and saves the
ensembles."""

import argparse
import json
import multiprocessing
import os
import pathlib
import signal
import statistics
import subprocess
import tempfile

import numpy

from turns import in_turns, made, stay_on_one_core, timed

ROOT = pathlib.Path(__file__).resolve().parents[2]
NACRE = ROOT / "build/host/bin/nacre"
FEATURES = 20
ROWS = 1000


def data():
    from sklearn.datasets import make_classification
    x, y = make_classification(12000, FEATURES, n_informative=10, random_state=0)
    return x.astype(numpy.float32), y


def train():
    """By name, the ensembles: each predicts a probability."""
    import lightgbm
    import sklearn.ensemble as ensemble
    import xgboost
    models = {
        "forest_100x8": ensemble.RandomForestClassifier(100, max_depth=8, random_state=0, n_jobs=1),
        "forest_500x12": ensemble.RandomForestClassifier(500, max_depth=12, random_state=0, n_jobs=1),
        "boosting_100x3": ensemble.GradientBoostingClassifier(n_estimators=100, max_depth=3, random_state=0),
        "xgboost_500x6": xgboost.XGBClassifier(n_estimators=500, max_depth=6, n_jobs=1),
        "lightgbm_200": lightgbm.LGBMClassifier(n_estimators=200, num_threads=1, verbose=-1),
    }
    x, y = data()
    return {name: model.fit(x, y) for name, model in models.items()}


def make(folder):
    import joblib
    folder.mkdir(parents=True, exist_ok=True)
    models = train()
    for name, model in models.items():
        joblib.dump(model, folder / f"{name}.joblib")
    return models


def nacre(file):
    """Nacre measures itself, a process of its own for each turn."""
    converted = file.with_suffix(".nacre")
    subprocess.run([NACRE, "convert", file, "-o", converted, "--outputs", "predict_proba"], check=True,
                   stdout=subprocess.DEVNULL)

    def turn(rows, seconds):
        command = [NACRE, "bench", converted, "--json", "--seconds", str(2 * seconds)]
        return 1e9 * json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["seconds"]

    return turn


def per_call(predict, x):
    return lambda rows, seconds: 1e9 * timed(lambda: predict(x[:rows]), seconds) / rows


def library(model, x):
    return per_call(model.predict_proba, x)


def onnx(model, x):
    import onnxruntime
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
    from skl2onnx import to_onnx, update_registered_converter
    from skl2onnx.common.data_types import FloatTensorType
    from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes as shapes
    import lightgbm
    import xgboost
    options = {"zipmap": [False], "nocl": [True, False]}
    update_registered_converter(lightgbm.LGBMClassifier, "LightGbm", shapes, convert_lightgbm, options=options)
    update_registered_converter(xgboost.XGBClassifier, "XGBoost", shapes, convert_xgboost, options=options)
    graph = to_onnx(model, initial_types=[("x", FloatTensorType([None, FEATURES]))],
                    options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3})
    session_options = onnxruntime.SessionOptions()
    session_options.intra_op_num_threads = session_options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph.SerializeToString(), session_options)
    return per_call(lambda rows: session.run(None, {"x": rows}), x)


def within(minutes, run):
    """Runs it in a process of its own, which is ended, with those that it has started, after so many minutes."""
    def alone():
        os.setsid()
        run()

    child = multiprocessing.get_context("fork").Process(target=alone)
    child.start()
    child.join(60 * minutes)
    if child.is_alive():
        os.killpg(child.pid, signal.SIGKILL)
        child.join()
        raise TimeoutError(f"not compiled in {minutes:g} minutes")
    if child.exitcode != 0:
        raise RuntimeError("does not compile")


def tl2cgen(model, x, folder, minutes):
    import tl2cgen as generator
    import treelite
    module = type(model).__module__.split(".")[0]
    if module == "sklearn":
        trees = treelite.sklearn.import_model(model)
    elif module == "xgboost":
        trees = treelite.frontend.from_xgboost(model.get_booster())
    else:
        trees = treelite.frontend.from_lightgbm(model.booster_)
    path = folder / "compiled.so"
    path.unlink(missing_ok=True)
    within(minutes, lambda: generator.export_lib(trees, toolchain="gcc", libpath=str(path),
                                                 params={"parallel_comp": 8}))
    predictor = generator.Predictor(str(path), nthread=1)
    return lambda rows, seconds: 1e9 * timed(lambda: predictor.predict(generator.DMatrix(x[:rows])), seconds) / rows


def lleaves(model, x, folder):
    import lleaves as compiler
    model.booster_.save_model(str(folder / "model.txt"))
    compiled = compiler.Model(model_file=str(folder / "model.txt"))
    compiled.compile()
    return per_call(lambda rows: compiled.predict(rows, n_jobs=1), x)


EMLEARN_MAIN = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "forest.h"
#include "rows.h"
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
int main(int count, char** words) {
  const int rows = atoi(words[1]);
  const double enough = atof(words[2]), start = now();
  volatile int sum = 0;
  long runs = 0;
  for (; now() - start < enough; runs += 1000)
    for (int i = 0; i < 1000; ++i) sum += forest_predict(data[i % rows], FEATURES);
  printf("%.3f\\n", 1e9 * (now() - start) / runs);
  return count < 0;
}
"""


def emlearn(model, x, folder, minutes):
    """Its inlined code, in a process of its own."""
    import emlearn as generator
    from sklearn.base import clone
    whole = numpy.clip(numpy.round(1000 * data()[0]), -32768, 32767)
    code = folder / "emlearn"
    code.mkdir(exist_ok=True)
    generator.convert(clone(model).fit(whole, data()[1]), method="inline", dtype="int16_t").save(
        file=str(code / "forest.h"), name="forest")
    table = ",".join("{" + ",".join(map(str, row)) + "}" for row in whole[:ROWS].astype(int))
    (code / "rows.h").write_text(f"#define FEATURES {FEATURES}\nstatic const int16_t data[][FEATURES] = {{{table}}};\n")
    (code / "main.c").write_text(EMLEARN_MAIN)
    command = ["gcc", "-O3", "-I", generator.includedir, "-o", code / "timed", code / "main.c"]
    within(minutes, lambda: subprocess.run(command, check=True))

    def turn(rows, seconds):
        return float(subprocess.run([code / "timed", str(rows), str(seconds)], check=True, capture_output=True).stdout)

    return turn


def contenders(name, model, x, folder, minutes):
    makers = {"nacre": lambda: nacre(folder / f"{name}.joblib"), "library": lambda: library(model, x),
              "onnxruntime": lambda: onnx(model, x), "tl2cgen": lambda: tl2cgen(model, x, folder, minutes)}
    if name.startswith("forest"):
        makers["emlearn"] = lambda: emlearn(model, x, folder, minutes)
    if name.startswith("lightgbm"):
        makers["lleaves"] = lambda: lleaves(model, x, folder)
    return made(name, makers)


def compare(name, model, x, folder, options):
    turns = contenders(name, model, x, folder, options.minutes)
    result = {}
    for rows in (1, ROWS):
        times = in_turns(turns, options.rounds, rows, options.seconds)
        result[rows] = {peer: statistics.median(own) for peer, own in times.items()}
    return result


def print_table(results):
    peers = list(dict.fromkeys(peer for batches in results.values() for own in batches.values() for peer in own))
    print("| ensemble | rows | " + " | ".join(peers) + " | fastest peer / nacre |")
    print("|---|--:|" + "--:|" * (len(peers) + 1))
    for name, batches in results.items():
        for rows, own in batches.items():
            best = min(ns for peer, ns in own.items() if peer != "nacre")
            cells = " | ".join(f"{own[peer]:,.0f}" if peer in own else "–" for peer in peers)
            print(f"| {name} | {rows:,} | {cells} | {best / own['nacre']:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--only", default="", help="part of an ensemble's name")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of each turn")
    parser.add_argument("--minutes", type=float, default=5, help="that generated code may take to compile")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.make:
        make(options.make)
        return
    stay_on_one_core()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        x = data()[0][:ROWS]
        for name, model in make(folder).items():
            if options.only in name:
                results[name] = compare(name, model, x, folder, options)
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print_table(results)


if __name__ == "__main__":
    main()
