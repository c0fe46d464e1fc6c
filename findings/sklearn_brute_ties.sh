#!/bin/sh
# scikit-learn 1.8.0: which of equally far rows a brute search finds depends on how many rows are asked at once, and on
# the number of threads. Guess before running: a row has the same neighbours whoever is asked beside it, since each is
# searched by itself.
OMP_NUM_THREADS=2 exec "$(dirname "$0")/with" scikit-learn==1.8.0 numpy==2.2.6 <<'PY'
import numpy as np
from sklearn.neighbors import NearestNeighbors

random = np.random.RandomState(0)
search = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(random.randint(0, 3, (600, 6)).astype(float))
rows = random.randint(0, 3, (100, 6)).astype(float)
alone = np.array([search.kneighbors(row[None], return_distance=False)[0] for row in rows])
among_many = search.kneighbors(np.tile(rows, (50, 1)), return_distance=False)[:100]
differ = [i for i in range(100) if set(alone[i]) != set(among_many[i])]
first = differ[0]
print("scikit-learn 1.8.0, two threads:", len(differ), "of 100 rows have other neighbours among 5000, the first alone",
      alone[first].tolist(), "among 5000", among_many[first].tolist())
assert len(differ) == 9
PY
