#!/bin/sh
# HashingVectorizer gives words a sign, so that two that fall on one place may cancel. With binary=True the place counts
# 1 all the same: the zero that their sum leaves is stored, and every stored number becomes 1.
# Guess before running: binary=True gives 1 where counts are not 0, and 0 where they are.
set -eu
program=$(cat <<'PY'
import sklearn
from sklearn.feature_extraction.text import HashingVectorizer

counts = HashingVectorizer(n_features=64, norm=None)
binary = HashingVectorizer(n_features=64, norm=None, binary=True)
signed, pair = {}, None
for number in range(400):
    word = f"word{number}"
    row = counts.transform([word])
    place, sign = row.indices[0], row.data[0]
    if (place, -sign) in signed:
        pair = f"{signed[place, -sign]} {word}"
        break
    signed[place, sign] = word
plain, ones = counts.transform([pair]).toarray().sum(), binary.transform([pair]).toarray().sum()
print(f"scikit-learn {sklearn.__version__}, two words that cancel: {plain:g}, with binary=True {ones:g}")
assert (plain, ones) == (0, 1)
PY
)
for release in 1.3.2 1.9.1; do
  printf '%s\n' "$program" | "$(dirname "$0")/with" scikit-learn==$release numpy==1.26.4
done
