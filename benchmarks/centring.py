"""Does the centred gradient help? Exact likelihoods on digits, with it and without.

    python benchmarks/centring.py

A Bernoulli RBM with 12 hidden units learns scikit-learn's digits, thresholded, and the same digits
with every pixel flipped. Rates are chosen for each cell on validation rows; the table shows the
mean and the spread of the exact test log-likelihood over seeds, in nats.
"""

import itertools
import sys
from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kerasdeep.models import RBM
from kerasdeep.recipes import data

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.oracles import bernoulli_log_likelihood

EPOCHS = 30
SEEDS = 3
OPTIMIZERS = {
    "SGD": (lambda rate: keras.optimizers.SGD(rate), (0.03, 0.1, 0.3)),
    "momentum 0.9": (lambda rate: keras.optimizers.SGD(rate, momentum=0.9), (0.003, 0.01, 0.03)),
    "Adam": (lambda rate: keras.optimizers.Adam(rate), (0.001, 0.003, 0.01)),
}


def likelihoods(digits, flipped, centring, optimizer, rate, seed):
    """Trains one RBM; returns its exact validation and test log-likelihood."""
    keras.utils.set_random_seed(seed)
    splits = [
        np.array(split.arrays[0] > 0.5) for split in (digits.train, digits.validation, digits.test)
    ]
    train, validation, test = [np.logical_xor(rows, flipped).astype("float32") for rows in splits]
    steps = EPOCHS * -(-len(train) // 10)
    schedule = keras.optimizers.schedules.PolynomialDecay(rate, steps, 0.0)
    rbm = RBM(12, centering=centring, seed=seed)
    rbm.compile(OPTIMIZERS[optimizer][0](schedule), "pcd", steps_per_execution=50)
    rbm.fit(train, batch_size=10, epochs=EPOCHS, verbose=0)
    weights = [np.array(w, float) for w in (rbm.kernel, rbm.visible_bias, rbm.hidden_bias)]
    return [bernoulli_log_likelihood(*weights, rows) for rows in (validation, test)]


def main():
    digits = data.load("digits")
    table = Table(title=f"Test log-likelihood, nats; {EPOCHS} epochs of PCD, {SEEDS} seeds")
    for column in ("optimizer", "centring", "digits", "flipped digits"):
        table.add_column(column)
    cells = list(itertools.product(OPTIMIZERS, (False, True), (False, True)))
    found = {}
    for optimizer, centring, flipped in track(cells, "training"):
        runs = {
            rate: np.array(
                [
                    likelihoods(digits, flipped, centring, optimizer, rate, seed)
                    for seed in range(SEEDS)
                ]
            )
            for rate in OPTIMIZERS[optimizer][1]
        }
        rate = max(runs, key=lambda rate: runs[rate][:, 0].mean())
        test = runs[rate][:, 1]
        found[optimizer, centring, flipped] = f"{test.mean():.2f} ± {test.std():.2f} (rate {rate})"
    for optimizer, centring in itertools.product(OPTIMIZERS, (False, True)):
        row = [found[optimizer, centring, flipped] for flipped in (False, True)]
        table.add_row(optimizer, "yes" if centring else "no", *row)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
