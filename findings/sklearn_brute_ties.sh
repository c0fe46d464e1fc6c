#!/bin/sh
# scikit-learn 1.8.0: which of equally far rows a brute search finds depends on how many rows are asked at once, and on
# the number of threads. Guess before running: a row has the same neighbours whoever is asked beside it, since each is
# searched by itself.
OMP_NUM_THREADS=2 exec "$(dirname "$0")/with" scikit-learn==1.8.0 numpy==2.2.6 <<'PY'
import numpy as np
from sklearn.neighbors import NearestNeighbors

random = np.random.RandomState(0)
X = random.randint(0, 3, (600, 3)).astype(float)
search = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(X)
row = np.ones((1, 3))
alone = search.kneighbors(row, return_distance=False)[0]
among_many = search.kneighbors(np.repeat(row, 5000, 0), return_distance=False)[0]
print("scikit-learn 1.8.0, two threads: alone", sorted(alone), "among 5000", sorted(among_many))
assert set(alone) != set(among_many)
PY
