"""The nacre command that is installed with the package: what converts, measures and writes code.

It is a process of its own, so that a saved model that is hostile or damaged cannot harm the one that asks.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import subprocess
import warnings
from typing import Any, Iterator

from nacre import _core

_REFUSED, _WRONG_USAGE = 1, 2
_WARNING = "nacre: warning: "


@functools.cache
def path() -> str:
    """Where the command of this installation is, wherever its environment keeps its scripts."""
    # A wheel for other machines keeps the program aside, with its libraries; its bin/nacre is Python that starts it.
    places = {file.parent.name: file for file in importlib.metadata.files("nacre-ml") or () if file.name == "nacre"}
    file = places.get("nacre_ml.scripts") or places.get("bin")
    if file is None:
        raise RuntimeError("the installation of nacre-ml lacks its command, bin/nacre; install the package again")
    return os.fspath(file.locate())


def _flags(options: dict[str, Any]) -> Iterator[str]:
    """`input_precision="float32"` is `--input-precision=float32`; True a flag alone, a list the option repeated."""
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                yield flag
            elif one is not None and one is not False:
                yield f"{flag}={one}"


def _message(text: str, hidden: str) -> str:
    """What was printed, as of one file that nobody has named: without the folder that it was in meanwhile."""
    return "\n".join(line.removeprefix("nacre: ") for line in text.replace(hidden, "").splitlines())


def _refusal(text: str, report: dict[str, Any]) -> _core.Refused:
    refused = _core.Refused(text)
    refused.obstacles, refused.parts = report.get("obstacles", []), report.get("parts", [])
    return refused


def run(command: str, *words: str | os.PathLike, hidden: str = "", **options: Any) -> dict[str, Any]:
    """Runs `nacre COMMAND WORDS --option=…` and returns its report. What it warns of becomes Python's warnings.

    Raises `Refused` where it refuses an input, and ValueError where it does not know an option, or not that value.
    """
    words = [os.fspath(word) for word in words]
    done = subprocess.run([path(), command, *_flags(options), "--json", *words], stdin=subprocess.DEVNULL,
                          capture_output=True, encoding="utf-8", errors="replace")
    noted = [line for line in done.stderr.splitlines() if line.startswith(_WARNING)]
    other = "\n".join(line for line in done.stderr.splitlines() if not line.startswith(_WARNING))
    for line in noted:
        warnings.warn(line.removeprefix(_WARNING).replace(hidden, ""), stacklevel=3)
    if done.returncode == _REFUSED:
        raise _refusal(_message(other, hidden), json.loads(done.stdout.replace(hidden, "") or "{}"))
    if done.returncode == _WRONG_USAGE:
        raise ValueError(_message(other, hidden))
    if done.returncode != 0:
        raise RuntimeError(f"nacre {command} ended with status {done.returncode}: {other}")
    return json.loads(done.stdout)
