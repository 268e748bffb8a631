"""Gaussian RBM with learned variances on a 2-D mixture of Laplacians, beside ICA: exact likelihood.

python benchmarks/laplacians.py

The data of Melchior et al. (2017): two independent Laplacian sources of unit variance, mixed at
random and whitened. An RBM of H hidden units is a mixture of 2^H Gaussians of one shape; its
partition function is a sum of as many terms. Beside it ICA, with the directions that scikit-learn
finds, once with the density that the sources have, and once with the one that ICA usually assumes,
the logistic, whose logarithm has the slope tanh. Published (recalled), on data of their own, for
four hidden units: Gaussian RBM -2.7362, ICA -2.7358, which is that of the logistic density.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy import stats
from sklearn.decomposition import FastICA

from kerasdeep.likelihood import log_likelihood
from kerasdeep.models import RBM
from kerasdeep.units import Gaussian

ROWS = 40_000


def mixture(seed):
    """Returns whitened rows for training and for the test."""
    rng = np.random.default_rng(seed)
    rows = rng.laplace(scale=np.sqrt(0.5), size=(2 * ROWS, 2)) @ rng.normal(size=(2, 2))
    rows -= rows[:ROWS].mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(rows[:ROWS].T))
    white = rows @ vectors / np.sqrt(values) @ vectors.T
    return white[:ROWS].astype("float32"), white[ROWS:].astype("float32")


def of_independent_sources(train, test, seed):
    """Returns the mean log-likelihood of test rows under ICA with two densities of the sources.

    Returns:
        `(laplacian, logistic)`, each of the scale that is most likely for the training rows.
    """
    ica = FastICA(whiten="arbitrary-variance", fun="exp", random_state=seed, max_iter=1000)
    train, test = ica.fit_transform(train), ica.transform(test)
    log_det = np.log(abs(np.linalg.det(ica.components_)))
    return tuple(
        sum(family.logpdf(test[:, i], *family.fit(train[:, i], floc=0)).mean() for i in range(2))
        + log_det
        for family in (stats.laplace, stats.logistic)
    )


def of_rbm(train, test, num_hidden, epochs, seed):
    """Returns the exact mean log-likelihood of test rows under a Gaussian RBM."""
    rbm = RBM(
        num_hidden,
        visible=Gaussian(learned=True),
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
        seed=seed,
    )
    rbm.build((None, 2))
    # Every hidden unit begins as a component of the mixture with a weight of one percent.
    rbm.hidden_bias.assign(np.log(0.01) - np.square(rbm.kernel).sum(axis=0) / 2)
    steps = epochs * (ROWS // 100)
    rate = keras.optimizers.schedules.PolynomialDecay(0.3, steps, end_learning_rate=0.0)
    rbm.compile(keras.optimizers.SGD(rate), "cd")
    rbm.fit(train, batch_size=100, epochs=epochs, verbose=0)
    return log_likelihood(rbm, test).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--hidden", type=int, nargs="+", default=[4, 8, 16])
    arguments = parser.parse_args()
    names = ["ICA, Laplacian", "ICA, logistic", *(f"RBM, {n} hidden" for n in arguments.hidden)]
    results = []
    for seed in track(range(arguments.seeds), "seeds", console=Console(stderr=True)):
        train, test = mixture(seed)
        rbms = [of_rbm(train, test, n, arguments.epochs, seed) for n in arguments.hidden]
        results.append([*of_independent_sources(train, test, seed), *rbms])
    table = Table(title="Mean log-likelihood of test rows, nats", title_justify="left")
    for column in ("", "mean", *(f"seed {seed}" for seed in range(arguments.seeds))):
        table.add_column(column, justify="right" if column else "left")
    for name, values in zip(names, np.transpose(results), strict=True):
        table.add_row(name, *(f"{value:.4f}" for value in (values.mean(), *values)))
    Console().print(table)


if __name__ == "__main__":
    main()
