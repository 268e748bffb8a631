"""Times training by XLA's programs and by TensorFlow's: python benchmarks/compilers.py

For the entries of the zoo whose steps are of different kinds; on an idle machine. Each number is
the median of three epochs of 3,000 rows.
"""

import dataclasses
import statistics
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from kerasdeep import zoo

ROWS, EPOCHS = 3_000, 3
ENTRIES = {
    "autoencoder": {},
    "vae": {},
    "dsn": {"num_hidden": (1000,), "batch_size": 500},
    "conv-autoencoder": {},
    "dcgan": {"num_filters": 32},
    "wgan": {"num_filters": 32},
}


def seconds(entry: zoo.Entry, by_xla: bool) -> float:
    """Returns the seconds of an epoch."""
    rng = np.random.default_rng(0)
    x, y = rng.random((ROWS, 784)).astype("float32"), rng.integers(0, 10, ROWS)
    if entry.takes_images:
        x = x.reshape(-1, 28, 28, 1)
    model = entry.build(x, total_steps=1000, seed=0)
    for part in [model, *getattr(model, "stack", [])]:
        part._compile_arguments = {**part._compile_arguments, "jit_compile": by_xla}
        part.jit_compile = by_xla
    times = []
    for _ in range(1 + EPOCHS):  # the first one compiles
        started = time.perf_counter()
        model.fit(x, y, batch_size=entry.batch_size, epochs=2, shuffle=False, verbose=0)
        times.append((time.perf_counter() - started) / 2)
    return statistics.median(times[1:])


def main():
    table = Table("entry", "XLA, s", "TensorFlow, s")
    for name, changes in ENTRIES.items():
        entry = dataclasses.replace(zoo.get(name), **changes)
        entry = entry.fit_to(ROWS, 784)
        table.add_row(name, *(f"{seconds(entry, by_xla):.2f}" for by_xla in (True, False)))
    Console().print(table)


if __name__ == "__main__":
    main()
