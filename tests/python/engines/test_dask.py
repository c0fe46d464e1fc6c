"""Dask on its threads."""

import numpy as np
from score_with_dask import score


def test_a_million_rows_have_the_bits_of_nacre_run_in_order(job):
    lazy = score(job.model, job.parquet)
    assert lazy.npartitions > 1
    answers = lazy["prediction"].compute().to_numpy()
    assert answers.dtype == np.float32 and answers.tobytes() == job.expected.tobytes()
