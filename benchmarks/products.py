"""The matrix products that an algorithm cannot do without, and nothing else.

They are called one by one, as NumPy users call them; between two of some tenths of a millisecond
Python takes microseconds. No sigmoid stands between them, so that kernels have norm 1: values
neither grow nor become so small that processors slow down.
"""

import functools

import numpy as np
import tensorflow as tf


def numpy_product(left, right, transpose=None):
    """Returns `left right`, where `transpose` may name the factor to transpose."""
    return (left.T if transpose == "left" else left) @ (right.T if transpose == "right" else right)


def tensorflow_product(left, right, transpose=None):
    """Returns the same by TensorFlow, operation by operation."""
    return tf.matmul(left, right, transpose == "left", transpose == "right")


def kernel(num_visible, num_hidden):
    """Returns random weights whose largest singular value is 1."""
    weights = np.random.default_rng(0).standard_normal((num_visible, num_hidden), "float32")
    return weights / (num_visible**0.5 + num_hidden**0.5)


def by_numpy(step, rows, *arrays, batch_size=100):
    """Returns a function that calls `step(product, batch, *arrays)` for all batches of rows."""
    return functools.partial(_all_batches, step, numpy_product, rows, arrays, batch_size)


def by_tensorflow(step, rows, *arrays, batch_size=100):
    """Returns the same with TensorFlow's product and tensors."""
    rows, *arrays = map(tf.constant, (rows, *arrays))
    return functools.partial(_all_batches, step, tensorflow_product, rows, arrays, batch_size)


def by_both(name, step, rows, *arrays, **options):
    """Returns both functions by the name that the table gives them."""
    return {
        f"{name}, NumPy": by_numpy(step, rows, *arrays, **options),
        f"{name}, TensorFlow": by_tensorflow(step, rows, *arrays, **options),
    }


def _all_batches(step, product, rows, arrays, batch_size):
    for start in range(0, len(rows), batch_size):
        step(product, rows[start : start + batch_size], *arrays)


def contrastive(product, visible, weights, chains=None, steps=1, num_particles=None):
    """Calls those of a training step: `v W`, `h W^T`, `v' W`, `v^T h` and `v'^T h'`.

    Args:
        product: function of two factors.
        visible: a batch.
        weights: a kernel.
        chains: hidden values of persistent chains. Default None: chains start at the batch.
        steps: how often `h W^T` and `v' W` are called. Default 1.
        num_particles: how many of the chains `v'^T h'` is of. Default None: all.
    """
    hidden = product(visible, weights)
    particles, of_particles = gibbs_chain(
        product, hidden if chains is None else chains, weights, steps
    )
    product(visible, hidden, "left")
    product(particles[:num_particles], of_particles[:num_particles], "left")


def gibbs_chain(product, hidden, weights, steps):
    """Calls those of so many Gibbs steps; returns the last two."""
    for _ in range(steps):
        visible = product(hidden, weights, "right")
        hidden = product(visible, weights)
    return visible, hidden


def upper_layer(product, visible, *kernels):
    """Calls those of a step of the last RBM of a stack, the data passed up first."""
    for weights in kernels[:-1]:
        visible = product(visible, weights)
    contrastive(product, visible, kernels[-1])


def deep_boltzmann(product, visible, chains, lowest, upper, sweeps=5, of_labels=False):
    """Calls those of a joint step of three layers: mean field, a step of all chains, gradients.

    Args:
        product: function of two factors.
        visible: a batch.
        chains: values of the first hidden layer of persistent chains.
        lowest, upper: both kernels.
        sweeps: of mean field; what the data gives the first hidden layer is computed once.
        of_labels: whether mean field runs once more, for the gradient of labels given data.
    """
    of_data = product(visible, lowest)
    first, second = mean_field(product, of_data, upper, sweeps)
    if of_labels:
        alike, _ = mean_field(product, of_data, upper, sweeps)
        product(alike, product(alike, upper), "left")
    seen, above = product(chains, lowest, "right"), product(chains, upper)
    product(seen, lowest), product(above, upper, "right")
    for lower, higher in ((visible, first), (seen, chains), (first, second), (chains, above)):
        product(lower, higher, "left")


def mean_field(product, first, upper, sweeps):
    """Calls those of so many sweeps of two hidden layers; returns the last two."""
    for _ in range(sweeps):
        second = product(first, upper)
        first = product(second, upper, "right")
    return first, second


def up_down(product, visible, *kernels, steps=3, of_labels=False):
    """Calls those of a step of contrastive wake-sleep; kernels stand for both directions.

    With the gradient of labels given data, which goes back through all that led up.
    """
    *directed, memory = kernels
    awake = [visible]
    for weights in directed:
        awake.append(product(awake[-1], weights))
    hidden = product(awake[-1], memory)
    dream, of_dream = gibbs_chain(product, hidden, memory, steps)
    product(awake[-1], hidden, "left"), product(dream, of_dream, "left")
    for upper, weights in zip(awake[:0:-1], directed[::-1], strict=True):
        product(product(upper, weights, "right"), upper, "left")  # wake: a guess, its gradient
        below = product(dream, weights, "right")
        product(below, product(below, weights), "left")  # sleep, likewise
        dream = below
    if of_labels:
        product(awake[-1], hidden, "left")
        slope = product(hidden, memory, "right")
        for lower, weights in zip(awake[-2::-1], directed[::-1], strict=True):
            product(lower, slope, "left")
            if lower is not visible:
                slope = product(slope, weights, "right")


def discriminative(product, visible, weights):
    """Calls those of the gradient of `log p(y | x)`: `v W` and `v^T d`."""
    product(visible, product(visible, weights), "left")


def forward(product, visible, weights):
    """Calls `v W`."""
    product(visible, weights)


def unit_by_unit(product, visible, weights, columns, steps):
    """Calls those of a general Boltzmann machine, a row of weights for each unit that moves."""
    num_hidden = len(weights) - visible.shape[1]
    for _ in range(steps):
        for unit in range(len(weights)):
            product(weights[unit][None], columns)
        for unit in range(num_hidden):
            product(weights[-num_hidden + unit][None], columns)
    for _ in range(2):
        product(columns, columns, "right")


def convolutions(images, filters):
    """Calls those of a training step: two up, one down, two of images with maps, by TensorFlow."""
    maps = tf.nn.conv2d(images, filters, 1, "VALID")
    fantasies = tf.nn.conv2d_transpose(maps, filters, images.shape, 1, "VALID")
    for seen, hidden in (
        (images, maps),
        (fantasies, tf.nn.conv2d(fantasies, filters, 1, "VALID")),
    ):
        tf.raw_ops.Conv2DBackpropFilter(
            input=seen,
            filter_sizes=filters.shape,
            out_backprop=hidden,
            strides=[1, 1, 1, 1],
            padding="VALID",
        )
