"""The wheel, its command, its imports, and what its docstrings promise."""

import ast
import doctest
import inspect
import re
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasdeep
from kerasdeep import (
    callbacks,
    devices,
    layers,
    likelihood,
    models,
    penalties,
    pictures,
    samplers,
    units,
)

ROOT = Path(__file__).parents[1]


def test_a_wheel_installs_into_an_empty_environment(tmp_path):
    """The wheel is made of the source distribution. The dependencies come from this environment;
    the package itself only from the wheel."""
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True)
    (site,) = (tmp_path / "venv").glob("lib/*/site-packages")
    (installed,) = metadata.distributions(name="kerasdeep", path=[str(site)])
    files = set(map(str, installed.files))
    sources = {str(p.relative_to(ROOT)) for p in (ROOT / "kerasdeep").rglob("*.py")}
    for folder in ("zoo", "recipes"):
        paths = (ROOT / folder).rglob("*.py")
        sources |= {f"kerasdeep/{path.relative_to(ROOT)}" for path in paths}
    licence = f"{installed.name}-{installed.version}.dist-info/licenses/LICENSE"
    assert files >= sources | {"kerasdeep/py.typed", licence}
    assert installed.metadata["License-Expression"] == "Apache-2.0"
    assert installed.version == kerasdeep.__version__

    packages = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(packages))
    code = (
        "import kerasdeep, kerasdeep.zoo, kerasdeep.recipes.cli;"
        "kerasdeep.zoo.load('rbm');"
        "print(kerasdeep.__file__, kerasdeep.zoo.__file__)"
    )
    out = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout
    assert out.count(str(site)) == 2
    command = [tmp_path / "venv" / "bin" / "kerasdeep", "list"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "dbn-dnn" in done.stdout and done.stderr == ""


def test_importing_the_package_is_quiet_and_adds_only_itself_to_keras():
    code = "import sys, keras; before = set(sys.modules); import kerasdeep;"
    code += "print({name.partition('.')[0] for name in set(sys.modules) - before})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ast.literal_eval(done.stdout) == {"kerasdeep"}
    alone = [sys.executable, "-c", "import kerasdeep"]
    assert subprocess.run(alone, check=True, capture_output=True).stderr == b""


def imported(path):
    """Returns the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("kerasdeep", ("kerasdeep.zoo", "kerasdeep.recipes", "keras.src", "tensorflow_datasets")),
        ("zoo", ("kerasdeep.recipes", "keras.src", "tensorflow")),
        ("recipes", ("keras.src",)),
    ],
)
def test_imports_run_one_way(folder, forbidden):
    for path in (ROOT / folder).rglob("*.py"):
        assert not [name for name in imported(path) if name.startswith(forbidden)], path


# Each room may use those before it.
ROOMS = (
    ("backend",),
    ("units",),
    ("energies", "layers", "penalties", "pictures"),
    ("samplers", "likelihood", "callbacks"),
    ("training",),
    ("models",),
    ("serving",),
)


def files_of(room):
    """Returns the files of a room: those of a folder, or one."""
    return [*(ROOT / "kerasdeep" / room).rglob("*.py"), *(ROOT / "kerasdeep").glob(f"{room}.py")]


@pytest.mark.parametrize("number", range(len(ROOMS)))
def test_rooms_of_the_library_use_those_below(number):
    above = tuple(f"kerasdeep.{room}" for rooms in ROOMS[number + 1 :] for room in rooms)
    for room in ROOMS[number]:
        for path in files_of(room):
            assert not [name for name in imported(path) if name.startswith(above)], path


def public_functions(node):
    """Yields the public functions of a module, the public methods of its classes, `__init__`."""
    for part in node.body:
        if isinstance(part, ast.ClassDef) and not part.name.startswith("_"):
            yield from public_functions(part)
        if isinstance(part, ast.FunctionDef) and re.match("[^_]|__init__", part.name):
            yield part


@pytest.mark.parametrize("folder", ["kerasdeep", "zoo", "recipes"])
def test_public_functions_say_their_types(folder):
    for path in (ROOT / folder).rglob("*.py"):
        for function in public_functions(ast.parse(path.read_text())):
            arguments = [part for part in ast.walk(function.args) if isinstance(part, ast.arg)]
            untyped = [
                part.arg
                for part in arguments
                if part.annotation is None and part.arg not in ("self", "cls")
            ]
            assert not untyped and function.returns, f"{path}: {function.name} {untyped}"


def test_files_are_short_and_the_root_is_small():
    files = [p for folder in ("kerasdeep", "zoo", "recipes") for p in (ROOT / folder).rglob("*.py")]
    lengths = sorted(len(path.read_text().splitlines()) for path in files)
    assert lengths[len(lengths) // 2] <= 120 and lengths[-1] <= 350
    assert len(list((ROOT / "kerasdeep").glob("*.py"))) <= 4


def test_tensorflow_stays_at_the_edge():
    library = ROOT / "kerasdeep"
    users = {p for p in library.rglob("*.py") if "tensorflow" in set(imported(p))}
    assert {path.parent.name for path in users} == {"backend", "devices", "serving"}


def public_objects():
    rooms = callbacks, devices, layers, likelihood, models, penalties, pictures, samplers, units
    for module in rooms:
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "").startswith("kerasdeep")
            if own and not name.startswith("_") and (inspect.isclass(value) or callable(value)):
                yield pytest.param(value, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("thing", list(public_objects()))
def test_documented_arguments_and_defaults_are_those_of_the_signature(thing):
    document = inspect.getdoc(thing)
    assert document, thing
    parameters = inspect.signature(thing).parameters
    described = dict(
        re.findall(r"^    (\w+): (.*?)(?=^    \S|^\S|\Z)", document, re.MULTILINE | re.DOTALL)
    )
    arguments = document.partition("Args:")[2]
    for name, parameter in parameters.items():
        if arguments and name not in ("args", "kwargs", "name", "identifier"):
            assert re.search(rf"\b{name}\b.*:", arguments), f"{name} of {thing} has no description"
        stated = re.search(r"Default `*\"?([\w.-]+)\"?`*", described.get(name, ""))
        if stated and isinstance(parameter.default, int | float | str):
            default = str(parameter.default)
            assert stated[1].rstrip(".") in (default, default or "none"), name


@pytest.mark.parametrize("name", kerasdeep.layers.__all__)
def test_the_example_of_a_layer_runs(name):
    names = {"keras": keras, "np": np, **vars(kerasdeep.layers)}
    documented = getattr(kerasdeep.layers, name).__doc__
    example = doctest.DocTestParser().get_doctest(documented, names, name, None, 0)
    said = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not said, "".join(said)
    assert example.examples or name == "ReceptiveField"
