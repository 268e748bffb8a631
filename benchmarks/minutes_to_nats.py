"""Minutes of training until an RBM of MNIST explains test digits so well.

    TFDS_DATA_DIR=... python benchmarks/minutes_to_nats.py [--epochs 300] [--every 10]

The zoo's `rbm`: 784-500, PCD-1 with 100 chains, batches of 100, a rate that falls from 0.1 to zero
with the last epoch, pixels drawn anew every epoch, all training rows. The clock runs from the call
of `fit`, compilation included, and stands still while the test log-likelihood is estimated by
annealed importance sampling; at the end also by reverse passes.
"""

import argparse
import dataclasses
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

from kerasdeep import zoo
from kerasdeep.likelihood import annealed_importance_sampling, log_likelihood
from kerasdeep.recipes import data

MARKS = (-86.0, -85.0, -84.1)


class Clock(keras.callbacks.Callback):
    """Measures a model every so many epochs, and tells the minutes of training without that.

    Args:
        measure: function of the model.
        every: after how many epochs; and after the last one.

    Attributes:
        measured: list of `(epoch, minutes, what was measured)`, epochs counted from 1.
    """

    def __init__(self, measure, every):
        super().__init__()
        self.measure, self.every = measure, every
        self.measured = []
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        number = epoch + 1
        if number % self.every and number < self.params["epochs"]:
            return
        stopped = time.perf_counter()
        minutes = (stopped - self.start) / 60
        self.measured.append((number, minutes, self.measure(self.model)))
        print(f"epoch {number}, {minutes:.2f} minutes: {self.measured[-1][2]:.2f} nats", flush=True)
        self.start += time.perf_counter() - stopped


def likelihood(rbm, base_rows, rows, num_temperatures, reverse=False):
    """Returns the estimate of the mean log-likelihood of rows, with its interval, in nats."""
    unnormalized = log_likelihood(rbm, rows, 0.0).mean()
    log_z = annealed_importance_sampling(
        rbm, base_rows, num_temperatures, reverse=reverse, verbose=0
    )
    return unnormalized - np.array([log_z.mean, log_z.high, log_z.low])


def passed(measured, mark):
    """Returns the first measurement above a mark and above it ever after, or None."""
    found = None
    for one in reversed(measured):
        if one[2] < mark:
            break
        found = one
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--every", type=int, default=10, help="epochs between two measurements")
    parser.add_argument("--temperatures", type=int, default=1000, help="of these measurements")
    parser.add_argument("--last", type=int, default=10_000, help="temperatures at the end")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    images = data.load("mnist", "stochastic", validation_every=0)
    base_rows, _ = images.train.rows()
    test = images.test.images()

    entry = dataclasses.replace(zoo.get("rbm"), epochs=arguments.epochs)
    batch_size = entry.batch_size_for(images.train.num_rows)
    steps = images.train.num_batches(batch_size)
    rbm = entry.build(base_rows, arguments.epochs * steps, arguments.seed)
    batches = images.train.epochs(batch_size, 0, arguments.epochs, arguments.seed)

    def measure(model):
        return likelihood(model, base_rows, test, arguments.temperatures)[0]

    clock = Clock(measure, arguments.every)
    rbm.fit(batches, epochs=arguments.epochs, steps_per_epoch=steps, verbose=0, callbacks=[clock])
    table = Table(title=f"{arguments.epochs} epochs, {os.cpu_count()} cores")
    for column in ("test log-likelihood, nats", "minutes", "epoch"):
        table.add_column(column, justify="right")
    for mark in MARKS:
        epoch, minutes, _ = passed(clock.measured, mark) or ("", None, None)
        told = "not reached" if minutes is None else f"{minutes:.1f}"
        table.add_row(f"above {mark:.1f}", told, str(epoch))
    for name, reverse in (("AIS", False), ("reverse AIS", True)):
        mean, low, high = likelihood(rbm, base_rows, test, arguments.last, reverse)
        minutes, epoch = f"{clock.measured[-1][1]:.1f}", str(arguments.epochs)
        table.add_row(f"{name}: {mean:.2f} ({low:.2f} to {high:.2f})", minutes, epoch)
    Console(width=90).print(table)


if __name__ == "__main__":
    main()
