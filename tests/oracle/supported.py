"""supported.py FOLDER --nacre PROGRAM [--not-run LINE]...: converts the models below FOLDER, sets as those of
tests/fixtures/models, runs them on their rows, compares with what the libraries answered, and prints a table of
classes, layers and operators, and what is refused and why. Exit status 1: an answer is off by more than its set allows,
or a model is refused that must not be, or the reverse."""
import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import textwrap

import numpy as np

INTRODUCTION = """Written by `tests/oracle/run`: models made by the real libraries, converted, and run on rows of their
own. The error is the largest of all cases, relative to the largest answer of its case; labels are always equal.
[What converts](what-converts.md) lists every class, layer and operator; this is what was seen to predict as its library
does, with which options.""".replace("\n", " ")
KINDS = [("scikit-learn", "scikit-learn", "Class"), ("boosters", "XGBoost, LightGBM, CatBoost", "Class"),
         ("skops", "skops", "File"), ("keras", "Keras", "Layer"), ("tensorflow", "TensorFlow Lite", "Operator")]


def call(*arguments):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stderr.strip()


def expected(output, folder):
    """The library's answers: in the case, in a file, or in columns of a file that cases share."""
    if "values" in output:
        values = output["values"]
        return np.array([np.nan if v is None else v for v in values] if not any(isinstance(v, str) for v in values)
                        else values)
    y = np.load(os.path.join(folder, output["file"]))
    if "columns" in output:
        y = y.reshape(len(y), -1)[:, output["columns"][0]:output["columns"][1]]
    return y


def error_of(given, wanted, allowed):
    """(how far off relative to the largest answer, whether that is allowed); labels are equal or not."""
    given, wanted = given.ravel(), wanted.ravel()
    if given.shape != wanted.shape:
        return np.inf, False
    if given.dtype.kind in "US" or wanted.dtype.kind in "US":
        wrong = (given.astype(str) != wanted.astype(str)).any()
        return (np.inf, False) if wrong else (0.0, True)
    a, b = given.astype(float), wanted.astype(float)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    error = np.where(same, 0, np.abs(a - b))
    largest = np.nanmax(np.abs(np.where(np.isfinite(b), b, 0)), initial=0)
    return (error.max(initial=0) / (largest or 1), bool((error <= allowed).all()))


def layer_of(row):
    """What a row of a table of options is about: the operator of "f DIV | x c:4 |", of which f and q say the type; the
    layer of "adapted(Normalization())"; an expression of inputs ("a + b") as a whole."""
    first, *others = row.split(" ")
    if first in ("f", "q"):
        return others[0]
    if first.isalpha() and first.islower():
        return row
    is_call = first[0].isupper() or first.startswith(("ops.", "tf.", "adapted(", "reversed_by(", "experimental."))
    if not is_call:  # x + 1, s[:, 0]
        return row
    return row.removeprefix("adapted(").removeprefix("reversed_by(").split("(")[0].split(" ")[0]


def names_of(case, output):
    """What the answers of an output are about."""
    if "layer" in output:
        return [layer_of(output["layer"])]
    return [case.get("model", case["files"][-1])]


def inputs_of(command):
    """Where in a command the files of its inputs are, and what stands before each: its name and "="."""
    for at in [i + 1 for i, word in enumerate(command) if word == "--input"]:
        name, equals, file = command[at].rpartition("=")
        yield at, name + equals, file


def row_count(command):
    return len(np.load(next(inputs_of(command))[2], mmap_mode="r"))


def is_certain(command, row, scratch):
    """Whether one row alone is answered, which the library does not leave open."""
    alone = list(command)
    for at, name, file in inputs_of(command):
        alone[at] = name + os.path.join(scratch, "row{}.npy".format(at))
        np.save(alone[at].removeprefix(name), np.load(file)[row:row + 1])
    return call(*alone)[0] == 0


def check(case, folder, nacre):
    """(name, release, options, error relative to the largest answer, fault, whether a row had to be allowed) of each
    output; a fault is mostly empty."""
    found, options = [], case.get("options", [])
    release = case["made_by"]
    with tempfile.TemporaryDirectory() as scratch:
        model = os.path.join(scratch, "m.nacre")
        select = [word for key in case.get("select", []) for word in ("--select", str(key))]
        status, message = call(nacre, "convert", *(os.path.join(folder, file) for file in case["files"]), "-o", model,
                               *select)
        for name, output in case.get("outputs", {}).items():
            fault, error, is_open = message if status else "", 0.0, False
            if not fault:
                answer = os.path.join(scratch, "y.npy")
                rows = [word for key, file in case["inputs"]
                        for word in ("--input", (key + "=" if key else "") + os.path.join(folder, file))]
                command = [nacre, "run", model, *rows, "-o", answer, *(["--output", name] if name else [])]
                failed, fault = call(*command)
                is_open = failed and "--allow-rounding" in fault  # the library itself may answer otherwise
                if is_open:
                    kept = [i for i in range(row_count(command)) if is_certain(command, i, scratch)]
                    failed, fault = call(*command, "--allow-rounding")
                if not failed:
                    given, wanted = np.load(answer), expected(output, folder)
                    if is_open:
                        wanted, given = wanted.reshape(given.shape)[kept], given[kept]
                    error, is_right = error_of(given, wanted, output["tol"])
                    fault = "" if is_right else "off by {:.1g} of the largest answer".format(error)
            found += [(one, release, options, error, fault, is_open) for one in names_of(case, output)]
    return found


def check_refusal(case, folder, nacre):
    """(what it is, release, why it is refused, fault)."""
    with tempfile.TemporaryDirectory() as scratch:
        status, message = call(nacre, "convert", *(os.path.join(folder, file) for file in case["files"]), "-o",
                               os.path.join(scratch, "m.nacre"))
    why = message.split("\n")[0].split(": ", 2)[-1]
    fault = "" if status and all(word in message for word in case["mention"]) else "not refused by name: " + message
    return case["what"], case["made_by"], why, fault


def print_refused(found):
    print("\n## Refused\n\n| Model | release | why |\n|---|---|---|")
    for what, release, why, fault in sorted(found):
        print("| {} | {} | {} |".format(what, release.split(" under")[0], (fault or why).replace("|", "\\|")))


def kind_of(release):
    return next((i for i, (word, _, _) in enumerate(KINDS) if release.lower().startswith(word)), 1)


def version(release):
    return [int(part) for part in release.split()[1].split(".") if part.isdigit()]


def print_table(kind, found):
    _, title, what = KINDS[kind]
    print("\n## {}\n\n| {} | releases | options | cases | largest error |\n|---|---|---|--:|---|".format(title, what))
    for name in sorted(found, key=str.lower):
        rows = found[name]
        releases = sorted({row[1].split(" under")[0].split(",")[0] for row in rows}, key=version)
        numbers = [release.split()[1] for release in releases]
        faults = [row[4] for row in rows if row[4]]
        worst = max((row[3] for row in rows if not row[4]), default=0)
        answer = "equal" if worst == 0 else "{:.0e}".format(worst).replace("e-0", "e-")
        if faults:
            answer += "; {} of {} not: {}".format(len(faults), len(rows), faults[0].split("\n")[0][:200])
        open_rows = sum(row[5] for row in rows)
        if open_rows:
            answer += "; of {} a row is refused, which the library leaves open".format(open_rows)
        print("| {} | {} | {} | {} | {} |".format(
            name, numbers[0] if len(numbers) == 1 else numbers[0] + " to " + numbers[-1],
            ", ".join(sorted({option for row in rows for option in row[2]})), len(rows), answer.replace("|", "\\|")))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--nacre", required=True)
    parser.add_argument("--not-run", action="append", default=[])
    options = parser.parse_args()
    work, refused = [], []
    for root, _, files in os.walk(options.folder):
        if "expect.json" in files:
            with open(os.path.join(root, "expect.json")) as file:
                for case in json.load(file):
                    (work if case["expect"] == "convert" else refused).append((case, root))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        nacre = os.path.abspath(options.nacre)
        results = list(pool.map(lambda item: check(item[0], item[1], nacre), work))
        refusals = list(pool.map(lambda item: check_refusal(item[0], item[1], nacre), refused))
    tables = [collections.defaultdict(list) for _ in KINDS]
    for result in results:
        for row in result:
            tables[kind_of(row[1])][row[0]].append(row)
    print("# What is tried against the libraries\n")
    print("\n".join(textwrap.wrap(INTRODUCTION, 120, break_on_hyphens=False)))
    for line in options.not_run:
        print("\nNot run: {}.".format(line))
    for kind, found in enumerate(tables):
        if found:
            print_table(kind, found)
    print_refused(refusals)
    faults = [row for result in results for row in result if row[4]] + [row for row in refusals if row[3]]
    for row in faults:
        print(row, file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
