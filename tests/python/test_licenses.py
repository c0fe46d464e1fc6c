"""A wheel holds the licence of each library in it: of the shared ones that it brings, and of those that are linked into
its command and its module."""

import importlib.metadata
import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What Debian's packages of libraries are called here, where that is not their name without -dev.
NAMES = {"libflatbuffers-dev": "flatbuffers", "libhdf5-dev": "hdf5", "nlohmann-json3-dev": "nlohmann-json",
         "libcli11-dev": "cli11", "libprotozero-dev": "protozero", "zlib1g-dev": "libz", "libssl-dev": "libcrypto"}
TESTS_ALONE = {"doctest-dev"}


@pytest.fixture(scope="module")
def files():
    return importlib.metadata.files("nacre-ml")


@pytest.fixture(scope="module")
def licenses(files):
    """The texts in the installed package, by name."""
    return {file.stem: file.read_text() for file in files if "licenses" in file.parts}


def test_each_shared_library_that_the_wheel_brings_has_its_licence(files, licenses):
    found = [re.match(r"(lib[a-z0-9_]+?)(?:-[0-9a-f]{8})?\.so", file.name) for file in files]
    brought = {match[1] for match in found if match}
    assert {"libfmt", "libzip"} <= brought
    assert {name for name in brought if len(licenses.get(name, "")) < 500} == set()


def test_each_library_that_is_compiled_in_has_its_licence(licenses):
    packages = re.search(r"^# libraries\n(.*?)\n\n", (ROOT / "script/packages.txt").read_text(), re.M | re.S)[1].split()
    names = {NAMES.get(package, package.removesuffix("-dev")) for package in set(packages) - TESTS_ALONE}
    assert {name for name in names | {"nanobind", "robin-map"} if len(licenses.get(name, "")) < 500} == set()


def test_licences_to_which_others_refer_are_there(licenses):
    assert "Apache License" in licenses["LICENSE"] and "Apache License" in licenses["Apache-2.0"]
    for name in ("LGPL-2.1", "LGPL-3", "GPL-3"):
        assert "GENERAL PUBLIC LICENSE" in licenses[name] and "Version " + name.split("-")[1] in licenses[name]


def test_the_list_of_parts_names_each_library_with_its_licence(files, licenses):
    found = [file for file in files if file.name == "nacre.spdx.json"]
    assert len(found) == 1
    parts = json.loads(found[0].read_text())["packages"]
    rows = [re.split("; *", line) for line in (ROOT / "licenses/dependencies.txt").read_text().splitlines()
            if not line.startswith("#")]
    stated = {row[0]: row[1] for row in rows}
    assert {part["name"]: part["licenseDeclared"] for part in parts} == {"nacre": "Apache-2.0", **stated}
    assert {row[2] for row in rows} <= set(licenses)
