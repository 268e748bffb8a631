"""Seconds of training, sampling and annealing beside the matrix products alone, and beside peers.

    make bench
    python benchmarks/speed.py [--only NAME ...] [--rounds 4]

All of a group run in turn, in one run, after one round that is not counted: compilation is not in
the figures. Ratios are taken round by round, and their median counts: a processor that others share
changes its speed by the minute. Run it on a machine that does nothing else.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import contestants
import tensorflow as tf
from rich.console import Console
from rich.progress import track
from rich.table import Table

# Threads of OpenBLAS spin for some tens of milliseconds after a product, on the next one's cores.
PAUSE = 0.3
COLUMNS = ("what", "seconds", "beside", "seconds", "ratio", "at most")
FIRST_EPOCH = """
import time
import contestants
model, x = contestants.compiled(contestants.RBM(contestants.HIDDEN)), contestants.grey_rows(60_000)
start = time.perf_counter()
model.fit(x, batch_size=contestants.BATCH, verbose=0)
print(time.perf_counter() - start)
"""
IMPORT = """
import time
import keras
start = time.perf_counter()
import kerasdeep
print(time.perf_counter() - start)
"""
STREAM = """
import resource, sys
import numpy as np, tensorflow as tf
from kerasdeep.models import RBM
batches = tf.data.Dataset.from_tensors(np.zeros((100, 784), "float32")).repeat(int(sys.argv[1]))
rbm = RBM(100); rbm.compile(); rbm.fit(batches, verbose=0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
LEFT = """
import gc, os, sys
import keras, numpy as np
from kerasdeep.models import RBM
x, arguments = np.random.default_rng(0).random((200, 64)), {"jit_compile": sys.argv[2] == "XLA"}
def fit():
    if sys.argv[1] == "RBM":
        model = RBM(12)
        model.compile(**arguments)
        model.fit(x, verbose=0)
    else:
        model = keras.Sequential([keras.layers.Dense(12), keras.layers.Dense(64)])
        model.compile("sgd", "mse", **arguments)
        model.fit(x, x, verbose=0)
def memory():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
for _ in range(5):
    fit()
start = memory()
for _ in range(20):
    fit()
print((memory() - start) / 20)
"""


def times(group, rounds, title):
    """Runs all of a group in turn, once to warm up and then in rounds.

    Returns:
        Dict from a name to its seconds, one number a round.
    """
    found = {name: [] for name in group.contestants}
    for _ in track(range(rounds + 1), title, console=Console(stderr=True)):
        for name, contestant in group.contestants.items():
            time.sleep(PAUSE)
            found[name].append(contestant())
    return {name: seconds[1:] for name, seconds in found.items()}


def row(name, others, limit, found):
    """Returns a row of the table: a contestant beside the quickest of others."""
    other = min(others, key=lambda other: statistics.median(found[other]))
    ratios = [ours / theirs for ours, theirs in zip(found[name], found[other], strict=True)]
    return (
        name,
        f"{statistics.median(found[name]):.3f}",
        other,
        f"{statistics.median(found[other]):.3f}",
        f"{statistics.median(ratios):.2f}",
        f"{limit or ''}",
    )


def rows(name, rounds):
    """Measures one group; returns its rows of the table."""
    if name in SINGLE:
        return [SINGLE[name]()]
    group = contestants.GROUPS[name]()
    found = times(group, rounds, name)
    return [row(*comparison, found) for comparison in group.comparisons]


def in_a_new_process(program, *arguments):
    """Runs Python code; returns the number that it prints."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(result.stdout)


def first_epoch():
    return "first epoch of the first RBM.fit", f"{in_a_new_process(FIRST_EPOCH):.3f}"


def import_time():
    seconds = statistics.median(in_a_new_process(IMPORT) for _ in range(3))
    return "import kerasdeep, after keras", f"{seconds:.3f}", "", "", "", "0.3 s"


def stream():
    memory = [in_a_new_process(STREAM, batches) for batches in (600, 6000)]
    return (
        "MiB, fit on a stream of 600,000 rows",
        f"{memory[1]:.0f}",
        "60,000 rows",
        f"{memory[0]:.0f}",
        f"{memory[1] / memory[0]:.2f}",
    )


def left(compiler):
    """Memory that a model leaves behind that was made, fitted once and deleted."""
    ours, theirs = (in_a_new_process(LEFT, kind, compiler) for kind in ("RBM", "Sequential"))
    name = f"MiB that stay behind a model, {compiler}"
    return name, f"{ours:.2f}", "behind a keras.Sequential", f"{theirs:.2f}", f"{ours / theirs:.2f}"


SINGLE = {
    "first-epoch": first_epoch,
    "import": import_time,
    "stream": stream,
    "left": lambda: left("TensorFlow"),
    "left-xla": lambda: left("XLA"),
}


def device():
    """Returns what TensorFlow computes on: its GPUs, or the cores of the processor."""
    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    found = [details.get("device_name", "GPU") for details in names]
    return ", ".join(found) or f"{os.cpu_count()} cores"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [*contestants.GROUPS, *SINGLE]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    table = Table(title=f"Medians of {arguments.rounds} rounds, {device()}")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in ("what", "beside") else "right")
    for name in arguments.only:
        for cells in rows(name, arguments.rounds):
            table.add_row(*cells)
            print(*cells, sep="  ", file=sys.stderr, flush=True)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
