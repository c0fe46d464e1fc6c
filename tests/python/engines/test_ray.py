"""Ray Data on this machine."""

import numpy as np
import pytest
import ray
from score_with_ray import score


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=1 << 30, log_to_driver=False)
    yield
    ray.shutdown()


def test_a_million_rows_have_the_bits_of_nacre_run_in_order(cluster, job):
    answers = score(job.model, job.parquet).select_columns(["prediction"]).to_pandas()["prediction"].to_numpy()
    assert answers.dtype == np.float32 and answers.tobytes() == job.expected.tobytes()
