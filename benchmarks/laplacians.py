"""Gaussian RBM with learned variances on a 2-D mixture of Laplacians, beside ICA: exact likelihood.

python benchmarks/laplacians.py

The data of Melchior et al. (2017): two independent Laplacian sources of unit variance, mixed at
random and whitened. The RBM has four hidden units, so that its partition function is a sum of
sixteen terms: a mixture of sixteen Gaussians of one shape. ICA, with the sources found by
scikit-learn and their densities Laplacian, is the family of models that the data comes from.
Published (recalled): Gaussian RBM -2.7362, ICA -2.7358, on data of their own.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from rich.console import Console
from rich.progress import track
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
    """Returns the mean log-likelihood of test rows under Laplacians along ICA's directions."""
    ica = FastICA(whiten="arbitrary-variance", fun="exp", random_state=seed, max_iter=1000)
    scale = np.abs(ica.fit_transform(train)).mean(axis=0)
    densities = -np.abs(ica.transform(test)) / scale - np.log(2 * scale)
    return densities.sum(axis=1).mean() + np.log(abs(np.linalg.det(ica.components_)))


def of_rbm(train, test, epochs, seed):
    """Returns the exact mean log-likelihood of test rows under a Gaussian RBM."""
    rbm = RBM(
        4,
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
    arguments = parser.parse_args()
    results = []
    for seed in track(range(arguments.seeds), "seeds", console=Console(stderr=True)):
        train, test = mixture(seed)
        ica = of_independent_sources(train, test, seed)
        rbm = of_rbm(train, test, arguments.epochs, seed)
        results.append((rbm, ica))
        print(f"seed {seed}: Gaussian RBM {rbm:.4f}, ICA {ica:.4f}, nats a test row", flush=True)
    rbm, ica = np.mean(results, axis=0)
    print(f"mean: Gaussian RBM {rbm:.4f}, ICA {ica:.4f}, difference {rbm - ica:.4f}")


if __name__ == "__main__":
    main()
