#!/bin/sh
# micromlgen 1.1.28 writes C++ of a binary LogisticRegression that answers the other class, for every row of iris'
# first two species: it compares the score of class 1 with an empty vote for class 0, and takes the score for class 0's.
# Guess before running: the labels agree.
exec "$(dirname "$0")/with" micromlgen==1.1.28 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import subprocess
import micromlgen
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

x, y = (part[:100] for part in load_iris(return_X_y=True))
model = LogisticRegression().fit(x, y)
main = """
#include <cstdio>
int main() {
  Eloquent::ML::Port::LogisticRegression model;
  float row[4];
  while (scanf("%f %f %f %f", row, row + 1, row + 2, row + 3) == 4) printf("%d\\n", model.predict(row));
}
"""
open("model.cpp", "w").write("#include <cstdint>\n" + micromlgen.port(model) + main)
subprocess.run(["g++", "-w", "model.cpp", "-o", "model"], check=True)
rows = "\n".join(" ".join(map(str, row)) for row in x)
answers = np.array(subprocess.run(["./model"], input=rows, text=True, capture_output=True, check=True).stdout.split(),
                   int)
wrong = int((answers != model.predict(x)).sum())
print(f"micromlgen 1.1.28, binary LogisticRegression: {wrong} of {len(x)} labels are the other class")
assert wrong == len(x)
PY
