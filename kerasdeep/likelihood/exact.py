r"""Exact likelihoods of small models, by a sum over all states of the smaller layer."""

import math
from collections.abc import Iterator

import numpy as np
from keras import ops

from kerasdeep.backend import check_built
from kerasdeep.backend.types import ArrayLike
from kerasdeep.energies.directed import DirectedModel
from kerasdeep.energies.harmonium import Harmonium
from kerasdeep.units.base import Unit
from kerasdeep.units.mixed import Mixed

MAX_STATES = 2**20
STATES_A_BATCH = 2**12


def exact_log_partition(rbm: Harmonium) -> float:
    r"""Returns $\log Z$ of an RBM with few visible or few hidden units.

    $$Z = \sum_v e^{-F(v)} = \sum_h e^{-G(h)},$$

    summed over the layer with fewer states; the other one, of any size, is summed within $F$ or
    $G$.

    Args:
        rbm: a built `RBM` or `DBM`; or a DBN, of which the highest RBM is meant.

    Returns:
        A float, in nats; 0 for a `SigmoidBeliefNetwork`, whose probabilities sum to 1.

    Raises:
        ValueError: if both layers have more than $2^{20}$ states (20 binary units), or units of
            which there is no list of values.

    Example:

    >>> rbm = RBM(16); rbm.build((None, 784))
    >>> exact_log_partition(rbm)
    """
    check_built(rbm)
    rbm, _ = rbm.undirected_part(None)
    if rbm is None:
        return 0.0
    num_visible, num_hidden = rbm.visible_bias.shape[0], rbm.hidden_bias.shape[0]
    sides = {
        num_states(rbm.visible, num_visible): (rbm.visible, num_visible, Harmonium.free_energy),
        num_states(rbm.hidden, num_hidden): (rbm.hidden, num_hidden, Harmonium.hidden_free_energy),
    }
    smaller = min(sides)
    if smaller > MAX_STATES:
        raise ValueError(
            f"exact_log_partition sums over at most {MAX_STATES} states, those of 20 binary units. "
            f"Received: layers of {num_visible} {rbm.visible.name} and {num_hidden} "
            f"{rbm.hidden.name} units. Use annealed_importance_sampling."
        )
    unit, num_columns, free_energy = sides[smaller]
    total = -np.inf
    for rows in states(unit, num_columns):
        log_p = -ops.convert_to_numpy(free_energy(rbm, rows)).astype("float64")
        total = np.logaddexp(total, np.logaddexp.reduce(log_p))
    return float(total)


def exact_log_likelihood(network: DirectedModel | Harmonium, visible: ArrayLike) -> np.ndarray:
    r"""Returns $\log p(v)$ of each row under a small deep model.

    From the top down, each directed layer is summed over all values of the one above it,

    $$p(h^i) = \sum_{h^{i+1}} p(h^i \mid h^{i+1})\, p(h^{i+1});$$

    of a deep machine the free energy given its even layers is, over all values of those.

    Args:
        network: a built `DBN`, `GenerativeDBN`, `SigmoidBeliefNetwork`, `DBM` or `RBM`.
        visible: array of shape `(num_rows, num_visible)`.

    Returns:
        NumPy array of shape `(num_rows,)`, in nats.

    Raises:
        ValueError: for layers of more than $2^{20}$ states, or units with no list of values.

    Example:

    >>> exact_log_likelihood(SigmoidBeliefNetwork([8, 4]), x)
    """
    visible = np.asarray(visible, "float32")
    if not hasattr(network, "directed"):
        return _summed_over_even_layers(network, visible) - exact_log_partition(network)
    conditionals = network.directed().generative
    layers = [visible]
    for conditional in conditionals:
        width = conditional.connection.weights[0].shape[1]
        layers.append(np.concatenate(list(_few_states(conditional.given, width))))
    log_p = ops.convert_to_numpy(network.log_prior(layers[-1])).astype("float64")
    for number in reversed(range(len(conditionals))):
        log_p = _one_layer_down(conditionals[number], layers[number], layers[number + 1], log_p)
    return log_p - exact_log_partition(network)


def _summed_over_even_layers(machine, visible):
    """Returns $\\log \\sum_h e^{-E(v, h)}$ of rows, over all layers above the data."""
    check_built(machine)
    size, width = visible.shape[-1], machine.visible_bias.shape[0]
    above = machine.visible.parts(width)[1:] if width > size else []
    total = np.full(len(visible), -np.inf)
    for values in _few_states(Mixed(above), width - size) if above else [np.empty((1, 0), "f4")]:
        for number, row in enumerate(visible):
            rows = np.concatenate([np.tile(row, (len(values), 1)), values], axis=1)
            log_p = -ops.convert_to_numpy(Harmonium.free_energy(machine, rows)).astype("float64")
            total[number] = np.logaddexp(total[number], np.logaddexp.reduce(log_p))
    return total


def _few_states(unit, width):
    """Returns all values of a layer in batches, or raises a ValueError for too many."""
    if num_states(unit, width) > MAX_STATES:
        raise ValueError(
            f"exact_log_likelihood sums over at most {MAX_STATES} states, those of 20 binary "
            f"units. Received: a layer of {width} {unit.name} units. Use lower_bound."
        )
    return states(unit, width)


def _one_layer_down(conditional, lower, upper, log_p):
    """Returns the logarithm of the probability of values of a layer, given that of all above."""
    total = np.full(len(lower), -np.inf)
    for value, own in zip(upper, log_p, strict=True):
        given = ops.broadcast_to(value[None], (len(lower), len(value)))
        found = ops.convert_to_numpy(conditional.log_probability(lower, given))
        total = np.logaddexp(total, found.astype("float64") + own)
    return total


def num_states(unit: Unit, num_columns: int) -> int | float:
    """Returns how many joint values a layer has; infinity where one of its units has."""
    tables = _tables(unit, num_columns)
    infinite = any(table is None for table in tables)
    return math.inf if infinite else math.prod(len(table) for table in tables)


def states(unit: Unit, num_columns: int) -> Iterator[np.ndarray]:
    """Yields all joint values of a layer, as batches of shape `(num_rows, num_columns)`."""
    tables = _tables(unit, num_columns)
    shape = [len(table) for table in tables]
    for batch in np.array_split(
        np.arange(math.prod(shape)), -(-math.prod(shape) // STATES_A_BATCH)
    ):
        digits = np.unravel_index(batch, shape)
        columns = [table[digit] for table, digit in zip(tables, digits, strict=True)]
        yield np.concatenate(columns, axis=1)


def _tables(unit, num_columns):
    """Returns the values of every unit of a layer."""
    return [
        part.values
        for part, columns in unit.parts(num_columns)
        for _ in range(columns // part.width)
    ]
