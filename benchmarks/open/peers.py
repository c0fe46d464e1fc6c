"""What benchmarks/open/run calls: `make FOLDER ROWS NAME` saves one linear model as each library does; `load KIND FILE`
prints the seconds that loading took."""
import pickle
import sys
import time


def make(folder, rows, name):
    import h5py
    import joblib
    import numpy as np
    from sklearn.linear_model import LinearRegression
    model = LinearRegression().fit(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    random = np.random.default_rng(0)
    model.coef_ = random.standard_normal((rows, rows), dtype=np.float32)
    model.intercept_ = random.standard_normal(rows, dtype=np.float32)
    model.n_features_in_ = rows
    joblib.dump(model, f"{folder}/{name}.joblib")
    with open(f"{folder}/{name}.pkl", "wb") as file:
        pickle.dump(model, file, protocol=4)
    with h5py.File(f"{folder}/{name}.h5", "w") as file:
        file["coef"], file["intercept"] = model.coef_, model.intercept_


def load(kind, path):
    if kind == "pickle":
        import sklearn.linear_model
        begin = time.perf_counter()
        with open(path, "rb") as file:
            pickle.load(file)
    elif kind == "h5py":
        import h5py
        begin = time.perf_counter()
        with h5py.File(path) as file:
            file["coef"][()], file["intercept"][()]
    else:
        import joblib
        import sklearn.linear_model
        begin = time.perf_counter()
        joblib.load(path, mmap_mode="r" if kind == "joblib-mmap" else None)
    print(f"{time.perf_counter() - begin:.6f}")


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4])
else:
    load(sys.argv[2], sys.argv[3])
