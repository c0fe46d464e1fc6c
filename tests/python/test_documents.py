"""What docs/python.md shows is run, or is what an example holds, which the tests of the engines run."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(), re.DOTALL)
EXAMPLE = "# examples/"


def test_the_programs_run_one_after_the_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    programs = [block for block in BLOCKS if not block.startswith(EXAMPLE)]
    names: dict = {}
    for program in programs:
        exec(compile(program, "docs/python.md", "exec"), names)
    assert len(programs) == 4 and names["model"].check(names["rows"], names["pipeline"]).ok
    assert "row 0, column sepal width (cm): the value is missing" in capsys.readouterr().out
    assert (tmp_path / "iris.nacre").exists() and (tmp_path / "generated/iris.h").exists()


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith(EXAMPLE)])
def test_what_is_shown_of_an_example_is_in_it(block):
    path, shown = block.removeprefix("# ").split("\n", 1)
    assert shown in (ROOT / path).read_text()
