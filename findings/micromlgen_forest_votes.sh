#!/bin/sh
# micromlgen 1.1.28 writes a RandomForestClassifier as a majority vote of its trees. scikit-learn averages the
# probabilities in the leaves, so that labels differ wherever leaves are not pure.
# Guess before running: differences only where votes tie. Seen: also where they do not.
exec "$(dirname "$0")/with" micromlgen==1.1.28 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import subprocess
import micromlgen
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

x, y = load_breast_cancer(return_X_y=True)
model = RandomForestClassifier(5, max_depth=2, random_state=1).fit(x, y)
main = """
#include <cstdio>
int main() {
  Eloquent::ML::Port::RandomForest model;
  float row[30];
  while (true) {
    for (float& value : row) if (scanf("%f", &value) != 1) return 0;
    printf("%d\\n", model.predict(row));
  }
}
"""
open("model.cpp", "w").write("#include <cstdint>\n" + micromlgen.port(model) + main)
subprocess.run(["g++", "-w", "model.cpp", "-o", "model"], check=True)
rows = "\n".join(" ".join(map(repr, row.tolist())) for row in x)
answers = np.array(subprocess.run(["./model"], input=rows, text=True, capture_output=True, check=True).stdout.split(),
                   int)
votes = np.array([tree.predict(x) for tree in model.estimators_]).sum(axis=0) > 2.5  # five trees: no ties
wrong = int((answers != model.predict(x)).sum())
print(f"micromlgen 1.1.28, forest of 5 trees: {wrong} of {len(x)} labels differ from predict, "
      f"{int((answers != votes).sum())} from a majority vote")
assert wrong > 0 and (answers == votes).all()
PY
