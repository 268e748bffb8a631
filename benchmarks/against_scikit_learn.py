"""Ours against scikit-learn's BernoulliRBM: exact likelihood at the same budget of epochs.

    python benchmarks/against_scikit_learn.py

16 hidden units, scikit-learn's digits, thresholded; 50 epochs, batch 10, 3 seeds. Each has its rate
chosen on validation rows. Both are judged by one brute-force evaluator.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.neural_network import BernoulliRBM

from kerasdeep.models import RBM
from kerasdeep.recipes import data

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.oracles import bernoulli_log_likelihood

EPOCHS, BATCH, HIDDEN, SEEDS = 50, 10, 16, 3
RATES = {
    "kerasdeep": (0.2, 0.4, 0.8),
    "scikit-learn": (0.01, 0.03, 0.1),
}


def ours(rows, rate, seed):
    """Trains our RBM by PCD with a rate that falls to zero; returns its weights."""
    keras.utils.set_random_seed(seed)
    steps = EPOCHS * -(-len(rows) // BATCH)
    rbm = RBM(HIDDEN, seed=seed)
    schedule = keras.optimizers.schedules.PolynomialDecay(rate, steps, 0.0)
    rbm.compile(keras.optimizers.SGD(schedule), "pcd", steps_per_execution=50)
    rbm.fit(rows, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return [np.array(w, float) for w in (rbm.kernel, rbm.visible_bias, rbm.hidden_bias)]


def theirs(rows, rate, seed):
    """Trains scikit-learn's; returns its weights."""
    rbm = BernoulliRBM(
        HIDDEN, learning_rate=rate, batch_size=BATCH, n_iter=EPOCHS, random_state=seed
    ).fit(rows)
    return rbm.components_.T, rbm.intercept_visible_, rbm.intercept_hidden_


def main():
    digits = data.load("digits", "threshold")
    train, validation, test = (
        split.images() for split in (digits.train, digits.validation, digits.test)
    )
    table = Table(title=f"Exact log-likelihood, nats, mean of {SEEDS} seeds, {EPOCHS} epochs")
    for column in ("library", "rate", "validation", "test", "chosen"):
        table.add_column(column)
    for name, fit in (("kerasdeep", ours), ("scikit-learn", theirs)):
        means = {}
        for rate in track(RATES[name], name):
            weights = [fit(train, rate, seed) for seed in range(SEEDS)]
            means[rate] = [
                np.mean([bernoulli_log_likelihood(*w, rows) for w in weights])
                for rows in (validation, test)
            ]
        best = max(means, key=lambda rate: means[rate][0])
        for rate, (valid, tested) in means.items():
            mark = "*" if rate == best else ""
            table.add_row(name, str(rate), f"{valid:.2f}", f"{tested:.2f}", mark)
    Console(width=90).print(table)


if __name__ == "__main__":
    main()
