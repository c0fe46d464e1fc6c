"""The package opens no socket, whatever it does: strace shows every system call of it and of its command."""

import pathlib
import subprocess
import sys

PROGRAM = """
import sys, tempfile
import numpy as np
import nacre

rows = np.ones((100, 4), np.float32)
from sklearn.linear_model import LogisticRegression
model = nacre.convert(LogisticRegression().fit(np.arange(40).reshape(10, 4), [0, 1] * 5), golden=rows[:2])
model.predict(rows, threads=2)
with tempfile.TemporaryDirectory() as folder:
    model.save(folder + "/model.nacre")
    nacre.load(folder + "/model.nacre").predict_proba(rows)
    model.codegen(folder + "/code")
model.inspect()
model.bench(seconds=0.01)
for path in sys.argv[1:]:
    nacre.convert(path).inspect()
"""


def test_no_socket_is_opened(tmp_path):
    models = pathlib.Path(__file__).parents[1] / "fixtures/models"
    saved = [next(models.glob(f"*/*{kind}")) for kind in (".h5", ".keras", ".tflite", ".skops")]
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", "trace=%network,execve"]
    subprocess.run([*strace, sys.executable, "-c", PROGRAM, *saved], check=True)
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    assert sum("/nacre" in call and call.startswith("execve(") for call in calls) >= 5  # the command was traced too
    assert [call for call in calls if not call.startswith(("execve(", "+++", "---"))] == []
