#!/bin/sh
# scikit-learn 1.8.0: TfidfVectorizer.fit_transform gives rows whose columns are not in order, and a brute search by any
# metric but the Euclidean and cosine measures wrong distances to them. Guess before running: a text that a search was
# trained on lies at no distance from itself.
exec "$(dirname "$0")/with" scikit-learn==1.8.0 numpy==2.2.6 scipy==1.15.3 <<'PY'
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

texts = ["red green blue", "stone red cloud", "blue cloud cloud", "green stone"]
vectorizer = TfidfVectorizer()
rows = vectorizer.fit_transform(texts)
search = NearestNeighbors(n_neighbors=1, algorithm="brute", metric="manhattan")
as_made = search.fit(rows).kneighbors(vectorizer.transform(texts))[0].ravel()
rows.sort_indices()
in_order = search.fit(rows).kneighbors(vectorizer.transform(texts))[0].ravel()
print("scikit-learn 1.8.0: distances as made", as_made.round(3).tolist(), "in order", in_order.round(3).tolist())
assert as_made.max() > 1 and in_order.max() == 0
PY
