"""What `make bench` times: groups of contestants that run in turn, and what is compared in each.

Of training, a contestant is a whole `fit` with default arguments, divided by its epochs.
"""

import functools
import itertools
import time
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import peers
import products

from kerasdeep import samplers
from kerasdeep.likelihood import annealed_importance_sampling
from kerasdeep.models import (
    DBM,
    DBN,
    RBM,
    BoltzmannMachine,
    ClassificationRBM,
    ConvolutionalRBM,
    GenerativeDBN,
)

VISIBLE, HIDDEN, BATCH = 784, 500, 100
LAYERS = [500, 500, 2000]
CHAINS, STEPS = 100, 500
FIT = "RBM.fit"
PRODUCTS = "its products"


class Group(NamedTuple):
    """Contestants that run in turn.

    Attributes:
        contestants: dict from a name to a function that returns seconds.
        comparisons: list of `(name, names of what it is beside, target)`; the quickest of those
            that it is beside counts. The target is the largest ratio, None for none.
    """

    contestants: dict
    comparisons: list


def timed(function):
    """Returns a function that returns the seconds that another one takes."""

    def seconds():
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return seconds


def all_timed(functions):
    return {name: timed(function) for name, function in functions.items()}


def fit_of(model, *data, epochs):
    """Returns a function that returns the seconds of a whole `fit`, divided by its epochs."""
    fit = timed(lambda: model.fit(*data, batch_size=BATCH, epochs=epochs, verbose=0))
    return lambda: fit() / epochs


def compiled(model, *arguments, rate=0.05):
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), *arguments)
    return model


def beside_products(name, contestant, step, *arrays, limit=None):
    """Returns the group of a contestant and its products by two libraries."""
    others = all_timed(products.by_both(PRODUCTS, step, *arrays))
    return Group({name: contestant, **others}, [(name, list(others), limit)])


def grey_rows(number):
    """Returns rows of which four fifths of the values are 0."""
    rows = np.random.default_rng(0).random((number, VISIBLE), dtype="float32")
    return rows * (rows < 0.2)


def rbm():
    """CD-1 beside its five products by NumPy, and beside other libraries."""
    x, five = grey_rows(60_000), "its five products, NumPy"
    limits = {"scikit-learn": 0.63}
    theirs = {name: peers.started(name, x, HIDDEN, BATCH) for name in peers.installed()}
    contestants = {
        FIT: fit_of(compiled(RBM(HIDDEN, seed=0)), x, epochs=5),
        five: timed(products.by_numpy(products.contrastive, x, products.kernel(VISIBLE, HIDDEN))),
        **theirs,
    }
    comparisons = [(FIT, [five], 1.35), *((FIT, [name], limits.get(name)) for name in theirs)]
    return Group(contestants, comparisons)


def bfloat16():
    """Mixed precision beside float32, where the processor multiplies bfloat16."""
    processor = Path("/proc/cpuinfo")
    if not (processor.is_file() and "_bf16" in processor.read_text()):
        return Group({}, [])
    x, half, full = grey_rows(20_000), f"{FIT}, mixed_bfloat16", f"{FIT}, 20,000 rows"
    contestants = {
        name: fit_of(compiled(RBM(HIDDEN, seed=0, dtype=policy)), x, epochs=2)
        for name, policy in ((half, "mixed_bfloat16"), (full, "float32"))
    }
    return Group(contestants, [(half, [full], 0.75)])


def dbn():
    """A whole pretraining, an epoch a layer: of a new stack, whose steps are compiled within it,
    and of one that was trained before."""
    x = grey_rows(60_000)
    kernels = [products.kernel(*shape) for shape in itertools.pairwise([VISIBLE, *LAYERS])]
    stacks = [
        products.by_both(PRODUCTS, products.upper_layer, x, *kernels[:end]) for end in (1, 2, 3)
    ]
    others = {
        name: timed(lambda name=name: [stack[name]() for stack in stacks]) for name in stacks[0]
    }
    name = f"DBN.fit, {'-'.join(map(str, LAYERS))}"
    contestants = {
        name: lambda: fit_of(compiled(DBN(LAYERS, seed=0)), x, epochs=1)(),
        f"{name}, again": fit_of(compiled(DBN(LAYERS, seed=0)), x, epochs=1),
        **others,
    }
    return Group(
        contestants, [(one, list(others), 1.5) for one in contestants if one not in others]
    )


def dbm(discriminative=0.0):
    """Joint training of 784-500-1000, five sweeps of mean field in every step.

    With `discriminative` of ten labels, every chain holding one; products with those are left out.
    """
    x, layers, name = grey_rows(20_000), [500, 1000], "DBM.fit, joint, 500-1000"
    options, data = {"pretraining": False, "tolerance": 0.0, "seed": 0}, [x]
    if discriminative:
        name = f"{name}, discriminative"
        options |= {"num_classes": 10, "discriminative": discriminative, "chains_by_class": True}
        data.append(np.arange(len(x)) % 10)
    model = compiled(DBM(layers, **options), rate=0.001)
    kernels = [products.kernel(*shape) for shape in itertools.pairwise([VISIBLE, *layers])]
    arrays = x, np.ones((CHAINS, layers[0]), "float32"), *kernels
    step = functools.partial(products.deep_boltzmann, of_labels=discriminative > 0)
    return beside_products(name, fit_of(model, *data, epochs=3), step, *arrays, limit=1.6)


def up_down(discriminative=0.0):
    """Contrastive wake-sleep of 784-500-500-2000 with ten labels, chains of three steps.

    Of the products, those with the labels are left out.
    """
    x, label, name = grey_rows(20_000), np.arange(20_000) % 10, "GenerativeDBN.fit, up-down"
    options = {"discriminative": discriminative, "pretraining": False, "seed": 0}
    model = GenerativeDBN(LAYERS, num_classes=10, **options)
    model = compiled(model, samplers.ContrastiveDivergence(steps=3), rate=0.001)
    kernels = [products.kernel(*shape) for shape in itertools.pairwise([VISIBLE, *LAYERS])]
    if discriminative:
        name = f"{name}, discriminative"
    step = functools.partial(products.up_down, of_labels=discriminative > 0)
    fit = fit_of(model, x, label, epochs=3)
    return beside_products(name, fit, step, x, *kernels, limit=1.6)


def chains():
    """Annealed importance sampling and Gibbs chains, beside two products a step."""
    x = grey_rows(1000)
    model = compiled(RBM(HIDDEN, seed=0))
    model.fit(x, verbose=0)
    annealed, drawn = f"AIS, {STEPS} temperatures", f"sample, {STEPS} steps"
    hidden = np.random.default_rng(0).random((CHAINS, HIDDEN), dtype="float32")
    step = functools.partial(products.gibbs_chain, steps=STEPS)
    others = all_timed(products.by_both(PRODUCTS, step, hidden, products.kernel(VISIBLE, HIDDEN)))
    contestants = {
        annealed: timed(lambda: annealed_importance_sampling(model, x, STEPS, CHAINS, verbose=0)),
        drawn: timed(lambda: np.asarray(model.sample(CHAINS, STEPS))),
        **others,
    }
    return Group(contestants, [(name, list(others), 1.3) for name in (annealed, drawn)])


def cd_10():
    x, model = grey_rows(10_000), RBM(HIDDEN, seed=0)
    model = compiled(model, samplers.ContrastiveDivergence(steps=10))
    step = functools.partial(products.contrastive, steps=10)
    weights = products.kernel(VISIBLE, HIDDEN)
    return beside_products(f"{FIT}, CD-10", fit_of(model, x, epochs=2), step, x, weights)


def pcd():
    x, model = grey_rows(20_000), compiled(RBM(HIDDEN, seed=0), "pcd")
    arrays = x, products.kernel(VISIBLE, HIDDEN), np.ones((CHAINS, HIDDEN), "float32")
    return beside_products(f"{FIT}, PCD", fit_of(model, x, epochs=3), products.contrastive, *arrays)


def tempering():
    """Ten temperatures, 20 chains each."""
    x, model = grey_rows(10_000), RBM(HIDDEN, seed=0)
    model = compiled(model, samplers.ParallelTempering(num_temperatures=10, num_chains=20))
    step = functools.partial(products.contrastive, num_particles=20)
    arrays = x, products.kernel(VISIBLE, HIDDEN), np.ones((10 * 20, HIDDEN), "float32")
    return beside_products(f"{FIT}, parallel tempering", fit_of(model, x, epochs=3), step, *arrays)


def gaussian():
    x = np.random.default_rng(0).standard_normal((20_000, VISIBLE), "float32")
    model = compiled(RBM(HIDDEN, visible="gaussian", seed=0), rate=0.001)
    weights = products.kernel(VISIBLE, HIDDEN)
    return beside_products(
        f"{FIT}, Gaussian", fit_of(model, x, epochs=3), products.contrastive, x, weights
    )


def _classification(name, step, **options):
    x, label = grey_rows(20_000), np.arange(20_000) % 10
    model = compiled(ClassificationRBM(HIDDEN, num_classes=10, seed=0, **options))
    arrays = x, products.kernel(VISIBLE, HIDDEN)
    return beside_products(
        f"ClassificationRBM.fit, {name}", fit_of(model, x, label, epochs=3), step, *arrays
    )


def discriminative():
    """The exact gradient alone; of the products, those with the ten labels are left out."""
    return _classification(
        "discriminative", products.discriminative, generative=0.0, unlabelled=0.0
    )


def hybrid():
    """With the generative part, as it is by default."""
    return _classification("hybrid", products.contrastive)


def convolution():
    """24 filters of 9 x 9 pixels; in place of products, convolutions by TensorFlow."""
    x = grey_rows(5000).reshape(-1, 28, 28, 1)
    model = compiled(ConvolutionalRBM(24, kernel_size=9, seed=0), rate=0.0001)
    filters = np.random.default_rng(0).standard_normal((9, 9, 1, 24), "float32") / 100
    step = products.by_tensorflow(
        lambda _, images, filters: products.convolutions(images, filters), x, filters
    )
    name, other = "ConvolutionalRBM.fit", "its convolutions, TensorFlow"
    return Group({name: fit_of(model, x, epochs=2), other: timed(step)}, [(name, [other], None)])


def general():
    """784 visible and 100 hidden units; five sweeps in which one unit moves after the other."""
    x, num_units = grey_rows(500), VISIBLE + 100
    model = compiled(BoltzmannMachine(num_hidden=100, seed=0), rate=0.001)
    step = functools.partial(products.unit_by_unit, steps=model.steps)
    arrays = x, products.kernel(num_units, num_units), np.ones((num_units, CHAINS), "float32")
    return beside_products("BoltzmannMachine.fit", fit_of(model, x, epochs=1), step, *arrays)


def predict():
    """`predict` and `free_energy` of 60,000 rows, 1000 at a time."""
    x, model = grey_rows(60_000), compiled(RBM(HIDDEN, seed=0))
    model.build(x.shape)
    layer = keras.Sequential([keras.Input((VISIBLE,)), keras.layers.Dense(HIDDEN, "sigmoid")])
    parts = np.split(x, len(x) // 1000)
    means, energies, dense = "predict", "free_energy", "Dense.predict"
    weights = products.kernel(VISIBLE, HIDDEN)
    others = products.by_both("v W", products.forward, x, weights, batch_size=1000)
    contestants = {
        means: lambda: model.predict(x, batch_size=1000, verbose=0),
        energies: lambda: [np.asarray(model.free_energy(part)) for part in parts],
        dense: lambda: layer.predict(x, batch_size=1000, verbose=0),
        **others,
    }
    comparisons = [
        (means, list(others), 1.3),
        (means, [dense], None),
        (energies, list(others), 1.3),
    ]
    return Group(all_timed(contestants), comparisons)


GROUPS = {
    "rbm": rbm,
    "bfloat16": bfloat16,
    "dbn": dbn,
    "dbm": dbm,
    "dbm-labels": functools.partial(dbm, 20.0),
    "up-down": up_down,
    "up-down-labels": functools.partial(up_down, 10.0),
    "chains": chains,
    "cd-10": cd_10,
    "pcd": pcd,
    "tempering": tempering,
    "gaussian": gaussian,
    "discriminative": discriminative,
    "hybrid": hybrid,
    "convolution": convolution,
    "general": general,
    "predict": predict,
}
