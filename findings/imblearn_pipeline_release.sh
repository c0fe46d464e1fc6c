#!/bin/sh
# imbalanced-learn 0.14.2: a pickle of its Pipeline does not say which release of scikit-learn saved it, as that of
# scikit-learn's Pipeline does. Nothing then warns when another release loads it; only steps of scikit-learn itself do.
# Guess before running: it inherits the release, since the class inherits from scikit-learn's Pipeline.
exec "$(dirname "$0")/with" imbalanced-learn==0.14.2 scikit-learn==1.6.1 numpy==2.2.6 <<'PY'
import pickle
import imblearn.pipeline
import sklearn.pipeline
from imblearn.under_sampling import RandomUnderSampler

says = {}
for module in (sklearn.pipeline, imblearn.pipeline):
    saved = pickle.dumps(module.Pipeline([("step", RandomUnderSampler())]))
    says[module.__name__] = b"_sklearn_version" in saved
print(f"imbalanced-learn 0.14.2: a pickled pipeline says its release of scikit-learn: {says}")
assert issubclass(imblearn.pipeline.Pipeline, sklearn.pipeline.Pipeline)
assert says == {"sklearn.pipeline": True, "imblearn.pipeline": False}
PY
