"""What others make of the same rows: their test errors, and the likelihood of another RBM."""

import dataclasses
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import BernoulliRBM, MLPClassifier
from sklearn.utils import gen_batches
from threadpoolctl import threadpool_limits

from kerasdeep.models import RBM
from kerasdeep.recipes.data import Images
from kerasdeep.recipes.demo import learning
from kerasdeep.recipes.demo.learning import binary, mean_log_likelihood
from kerasdeep.recipes.runs.answers import measure as measured
from kerasdeep.recipes.runs.job import Job, Trained
from kerasdeep.zoo.studies import demo as zoo

SCIKIT_LEARN_RATE = 0.01  # with 0.03 its likelihood moves by a nat from epoch to epoch


# Of products as small as these, threads wait for each other twenty times as long as they work.
@threadpool_limits.wrap(limits=1)
def measure(job: Job, trained: Trained) -> dict[str, Any]:
    """Returns test errors and likelihoods: of the model, and of others with the same rows."""
    images, seed = job.images, job.options.seed
    grey = dataclasses.replace(images.test, binarization="none")
    others = {
        "logistic regression": LogisticRegression(max_iter=1000),
        "network from random weights": MLPClassifier(
            (zoo.NUM_HIDDEN,), max_iter=1000, tol=1e-3, random_state=seed
        ),
    }
    errors = {
        name: 1 - other.fit(*images.train.arrays).score(*images.test.arrays)
        for name, other in others.items()
    }
    log_likelihood = {
        "kerasdeep": trained.history["test_log_likelihood"],
        "scikit-learn": job.run.remember("scikit-learn", scikit_learn, job),
    }
    return {
        "test": measured(trained.model, grey),
        "test_error_of_others": errors,
        "test_log_likelihood": log_likelihood,
        "test_log_likelihood_of_independent_pixels": of_independent_pixels(images),
        "history": trained.history,
        "seconds": trained.seconds,
    }


def of_independent_pixels(images: Images) -> np.floating:
    """Returns the log-likelihood of test rows for who knows nothing but how often a pixel is on."""
    share = np.clip(images.train.arrays[0].mean(axis=0), 1e-3, 1 - 1e-3)
    log_p = np.where(binary(images.test, seed=0), np.log(share), np.log(1 - share))
    return log_p.sum(axis=1).mean()


def scikit_learn(job: Job) -> list[float]:
    """Returns the log-likelihood of test rows after every epoch of scikit-learn's RBM.

    It sees as many rows in as many updates, at a constant rate, as its `fit` has; our own RBM with
    its weights is what is measured.
    """
    train, seed = job.images.train, job.options.seed
    rows, _ = train.arrays
    test_rows = binary(job.images.test, seed=0)
    theirs = BernoulliRBM(
        zoo.NUM_HIDDEN,
        learning_rate=SCIKIT_LEARN_RATE,
        batch_size=zoo.BATCH_SIZE,
        random_state=seed,
    )
    ours = RBM(zoo.NUM_HIDDEN)
    ours.build(rows.shape)
    # It adds up rows and chains: a smaller batch at the end would be out of balance.
    batches = list(gen_batches(len(rows) // zoo.BATCH_SIZE * zoo.BATCH_SIZE, zoo.BATCH_SIZE))
    order, found = np.random.default_rng(seed), []
    for epoch in range(job.options.epochs):
        for draw in range(learning.DRAWS):
            shuffled = order.permutation(binary(train, [seed, epoch, draw]))
            for batch in batches:
                theirs.partial_fit(shuffled[batch])
        ours.kernel.assign(theirs.components_.T)
        ours.visible_bias.assign(theirs.intercept_visible_)
        ours.hidden_bias.assign(theirs.intercept_hidden_)
        found.append(mean_log_likelihood(ours, ours, rows, test_rows))
    return found
