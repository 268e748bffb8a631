"""Seconds of `fit`, `predict` and `free_energy` beside the matrix products alone, and peers.

make bench

Everything is measured in one run, in turn, and the medians are compared: this machine's speed
changes by the minute. The products are those that the algorithm cannot do without, in its order, in
one compiled loop: `v W`, `h W^T`, `v' W`, `v^T h`, `v'^T h'` for contrastive divergence.
"""

import argparse
import functools
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import peers
import tensorflow as tf
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kerasdeep.models import DBN, RBM

ROWS, VISIBLE, HIDDEN, BATCH = 60_000, 784, 500, 100
LAYERS = [500, 500, 2000]
STREAM = """
import resource, sys
import numpy as np, tensorflow as tf
from kerasdeep.models import RBM
batches = tf.data.Dataset.from_tensors(np.zeros((100, 784), "float32")).repeat(int(sys.argv[1]))
rbm = RBM(100); rbm.compile(); rbm.fit(batches, verbose=0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
IMPORT = """
import time
import keras
start = time.perf_counter()
import kerasdeep
print(time.perf_counter() - start)
"""


class EpochTimes(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


def make_rbm(policy="float32"):
    rbm = RBM(HIDDEN, seed=0, dtype=policy)
    rbm.compile(keras.optimizers.SGD(0.05, momentum=0.9))
    return rbm


def epoch_of(model, x, epochs=2):
    """Returns the seconds of the last epoch of a `fit` with default arguments."""
    times = EpochTimes()
    model.fit(x, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=[times])
    return times.seconds[-1]


def dbn_epochs(x):
    """Returns the seconds of one epoch of every layer, each after its first."""
    dbn = DBN(LAYERS, seed=0)
    dbn.compile(keras.optimizers.SGD(0.05, momentum=0.9))
    times = EpochTimes()
    dbn.fit(x, batch_size=BATCH, epochs=2, verbose=0, callbacks=[times])
    return sum(times.seconds[1::2])


def products(x, sizes):
    """Returns a function that runs the products of an epoch for the last RBM of a stack."""
    kernels = [tf.random.normal(shape, stddev=0.01) for shape in itertools.pairwise(sizes)]
    x, state = tf.constant(x), tf.Variable(0.0)

    @tf.function
    def epoch():
        for i in tf.range(len(x) // BATCH):
            visible = x[i * BATCH : (i + 1) * BATCH] + 0.0 * state
            for kernel in kernels[:-1]:
                visible = tf.matmul(visible, kernel)
            visible = tf.ensure_shape(visible, (BATCH, sizes[-2]))
            hidden = tf.matmul(visible, kernels[-1])
            particles = tf.matmul(hidden, kernels[-1], transpose_b=True)
            means = tf.matmul(particles, kernels[-1])
            first = tf.matmul(visible, hidden, transpose_a=True)
            second = tf.matmul(particles, means, transpose_a=True)
            state.assign(1e-30 * (first[0, 0] + second[0, 0]))

    return lambda: (epoch(), state.numpy())


def forward_product(x, batch):
    """Returns a function that multiplies all rows by a kernel, `batch` rows at a time."""
    kernel, x, state = tf.random.normal((VISIBLE, HIDDEN)), tf.constant(x), tf.Variable(0.0)

    @tf.function
    def run():
        for i in tf.range(len(x) // batch):
            hidden = tf.matmul(x[i * batch : (i + 1) * batch] + 0.0 * state, kernel)
            state.assign(1e-30 * hidden[0, 0])

    return lambda: (run(), state.numpy())


def timed(function):
    def seconds():
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return seconds


def medians(contestants, rounds, title):
    """Runs all in turn, once to warm up and then `rounds` times; returns the median of each."""
    times = {name: [] for name in contestants}
    for _ in track(range(rounds + 1), title, console=Console(stderr=True)):
        for name, contestant in contestants.items():
            times[name].append(contestant())
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def peer(name, x):
    """Returns the seconds of an epoch in another library, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/x.npy", x)
        return in_a_new_process(peers.__file__, name, f"{folder}/x.npy", HIDDEN, BATCH)


def in_a_new_process(*arguments):
    """Runs Python with these arguments; returns the number that it prints."""
    command = [sys.executable, *map(str, arguments)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def has_bfloat16_units():
    processor = Path("/proc/cpuinfo")
    return processor.is_file() and "_bf16" in processor.read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    x = np.random.default_rng(0).random((ROWS, VISIBLE), dtype="float32")
    x *= x < 0.2
    table = Table(title=f"{ROWS:,} x {VISIBLE}, batch {BATCH}, {os.cpu_count()} cores")
    for column in ("what", "seconds", "beside", "seconds", "ratio", "at most"):
        table.add_column(column, justify="left" if column in ("what", "beside") else "right")

    def row(what, beside, results, limit):
        ours, theirs = results[what], results[beside]
        table.add_row(what, f"{ours:.3f}", beside, f"{theirs:.3f}", f"{ours / theirs:.2f}", limit)

    fit, half, limit = "RBM.fit, an epoch", "RBM.fit, mixed_bfloat16", "its five products"
    rbm = make_rbm()
    contestants = {
        fit: lambda: epoch_of(rbm, x),
        limit: timed(products(x, [VISIBLE, HIDDEN])),
        **{name: functools.partial(peer, name, x) for name in peers.installed()},
    }
    if has_bfloat16_units():
        low = make_rbm("mixed_bfloat16")
        contestants[half] = lambda: epoch_of(low, x)
    results = medians(contestants, rounds, "RBM")
    row(fit, limit, results, "1.5")
    for name in peers.installed():
        row(fit, name, results, "0.65" if name == "scikit-learn" else "")
    if half in results:
        row(half, fit, results, "0.75")

    fit, limit = "DBN.fit, an epoch a layer", "its products"
    sizes = [VISIBLE, *LAYERS]
    stacks = [timed(products(x, sizes[:end])) for end in (2, 3, 4)]
    contestants = {fit: lambda: dbn_epochs(x), limit: lambda: sum(stack() for stack in stacks)}
    row(fit, limit, medians(contestants, max(1, rounds // 2), "DBN"), "1.5")

    predict, energy, limit = "predict, batch 1000", "free_energy, 60 x 1000 rows", "v W, batch 1000"
    dense = "Dense.predict, batch 1000"
    layer = keras.Sequential([keras.Input((VISIBLE,)), keras.layers.Dense(HIDDEN, "sigmoid")])
    parts = tf.split(x, ROWS // 1000)
    contestants = {
        predict: timed(lambda: rbm.predict(x, batch_size=1000, verbose=0)),
        dense: timed(lambda: layer.predict(x, batch_size=1000, verbose=0)),
        energy: timed(lambda: [rbm.free_energy(part) for part in parts]),
        limit: timed(forward_product(x, 1000)),
    }
    results = medians(contestants, rounds, "predict")
    row(predict, limit, results, "1.3")
    row(predict, dense, results, "")
    row(energy, limit, results, "1.3")

    console = Console()
    console.print(table)
    seconds = statistics.median(in_a_new_process("-c", IMPORT) for _ in range(3))
    console.print(f"import kerasdeep, after keras: {seconds:.3f} s (at most 0.3)")
    memory = [in_a_new_process("-c", STREAM, batches) for batches in (600, 6000)]
    console.print(
        f"peak memory of fit on a stream: {memory[0]:.0f} MiB for 60,000 rows, {memory[1]:.0f} MiB "
        "for 600,000"
    )


if __name__ == "__main__":
    main()
