"""Short runs of any entry, and what differs between two of them."""

import dataclasses
import json
import signal
import zipfile

import h5py
import numpy as np
from rich.console import Console

from kerasdeep import zoo
from kerasdeep.recipes import tasks
from kerasdeep.recipes.runs.options import DeviceOptions

QUIET = Console(quiet=True)
SMALL = {
    "epochs": 2,
    "pretrain_epochs": 2,
    "fine_tune_epochs": 2,
    "num_hidden": 12,
    "num_filters": 4,
    "depth": 1,
    "num_chains": 10,
    "num_members": 2,
    "temperatures": 20,
}


def heed_ctrl_c():
    """Undoes, in a process to be, what a shell did if these tests run in its background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def small(name, **changes):
    """Returns an entry with all that takes time made small, whatever it has of it."""
    entry = zoo.get(name)
    fields = entry.hyper_parameters()
    chosen = {field: value for field, value in SMALL.items() if field in fields}
    if not isinstance(fields.get("num_hidden", 12), int):
        chosen["num_hidden"] = (12, 10)
    if not isinstance(fields.get("num_filters", 4), int):
        chosen["num_filters"] = (4, 6)
    return dataclasses.replace(entry, **chosen | changes)


def train(entry, folder, **options):
    """Trains an entry into a folder; returns the rows of its table."""
    _, table = tasks.train(entry, DeviceOptions(output=str(folder), **options), QUIET)
    return table


def metrics_of(folder):
    """Returns what a run measured."""
    return json.loads((folder / "metrics.json").read_text())


def differences(one, other):
    """Returns the names of all arrays and numbers, but times, that two finished runs differ in.

    Arrays are those of every saved model: weights, optimizers, chains, random states.
    """
    found = []
    for path in sorted(one.glob("*.keras")):
        first, second = arrays_of(path), arrays_of(other / path.name)
        found += [f"{path.name}: {name}" for name in first.keys() ^ second.keys()]
        found += [
            f"{path.name}: {name}"
            for name in first.keys() & second.keys()
            if not np.array_equal(
                first[name], second[name], equal_nan=first[name].dtype.kind == "f"
            )
        ]
    first, second = (dict(numbers_of(metrics_of(folder))) for folder in (one, other))
    return found + [
        name for name in first.keys() | second.keys() if first.get(name) != second.get(name)
    ]


def arrays_of(path):
    """Returns a dict of all arrays in a `.keras` file."""
    arrays = {}

    def collect(name, item):
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[()]

    with zipfile.ZipFile(path) as archive:
        content = archive.open("model.weights.h5")
        with content, h5py.File(content) as file:
            file.visititems(collect)
    return arrays


def numbers_of(metrics, path=""):
    """Yields the path and the value of every number and text but times."""
    items = metrics.items() if isinstance(metrics, dict) else enumerate(metrics)
    for name, value in items:
        if isinstance(value, dict | list):
            yield from numbers_of(value, f"{path}/{name}")
        elif not str(name).endswith("seconds"):
            yield f"{path}/{name}", value
