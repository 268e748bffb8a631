"""Brute force: slow, readable mathematics that the library is tested against.

Nothing here uses the library. Models are plain dicts of float64 arrays; sums run over all states,
and integrals over real-valued units are sums over a fine grid.
"""

import functools
import itertools

import numpy as np

GRID = np.linspace(-12.0, 12.0, 61)  # trapezoid rule; exact to 1e-10 for the Gaussians used here


def tables(kind, num_columns):
    """Returns the values of every unit of a layer and the log-weight of each value in a sum.

    A weight is what stands before exp(field * statistic): for n choose u, the ways to have u of n.
    """
    whole = np.arange(26.0)
    if kind == "mixed":
        return tables("bernoulli", 2) + tables("softmax", num_columns - 2)
    if kind == "softmax":
        return [(np.eye(3), np.zeros(3))] * (num_columns // 3)
    values, log_weights = {
        "bernoulli": (np.array([0.0, 1.0]), np.zeros(2)),
        "spin": (np.array([-1.0, 1.0]), np.zeros(2)),
        "binomial": (np.arange(4.0), np.log([1.0, 3.0, 3.0, 1.0])),
        # The ways in which copies 1, 2, ..., with biases -1/2, -3/2, ..., may have u of them on.
        "relu": (whole, -(whole**2) / 2 - np.cumsum(np.log(1 - np.exp(-whole) + (whole == 0)))),
        "gaussian": (GRID, np.full(len(GRID), np.log(GRID[1] - GRID[0]))),
    }[kind]
    return [(values[:, None], log_weights)] * num_columns


@functools.cache
def states(kind, num_columns):
    """Returns all joint values of a layer, shape (num_states, num_columns), and log-weights."""
    units = tables(kind, num_columns)
    choices = list(itertools.product(*[range(len(values)) for values, _ in units]))
    joint = [
        np.concatenate([values[i] for (values, _), i in zip(units, choice, strict=True)])
        for choice in choices
    ]
    weights = [
        sum(log_weights[i] for (_, log_weights), i in zip(units, choice, strict=True))
        for choice in choices
    ]
    return np.array(joint), np.array(weights)


def unit_energy(kind, value, bias, stddev):
    """Energy of the units of one layer by themselves, without the weights of their states."""
    if kind == "gaussian":
        return (((value - bias) / stddev) ** 2).sum(-1) / 2
    return -(value * bias).sum(-1)


def statistic(kind, value, stddev):
    """What the weights see of a value."""
    return value / stddev**2 if kind == "gaussian" else value


def energy(rbm, v, h):
    """Energy of every visible row with every hidden row, shape (len(v), len(h)), where the weights
    of the states are left to the sums."""
    interaction = (
        statistic(rbm["visible"], v, rbm["visible_stddev"])
        @ rbm["kernel"]
        @ statistic(rbm["hidden"], h, rbm["hidden_stddev"]).T
    )
    visible = unit_energy(rbm["visible"], v, rbm["visible_bias"], rbm["visible_stddev"])
    hidden = unit_energy(rbm["hidden"], h, rbm["hidden_bias"], rbm["hidden_stddev"])
    return visible[:, None] + hidden[None, :] - interaction


def log_sum_exp(terms, axis):
    """log(sum(exp(terms))) without overflow."""
    top = terms.max(axis=axis, keepdims=True)
    return np.log(np.exp(terms - top).sum(axis=axis)) + top.squeeze(axis)


def weight(kind, rows):
    """Log-weight of the state of each row, shape (len(rows),); of a real-valued layer, 0."""
    if kind == "gaussian":
        return np.zeros(len(rows))
    joint, log_weights = states(kind, rows.shape[1])
    return log_weights[np.abs(rows[:, None] - joint).sum(-1).argmin(1)]


def free_energy(rbm, v):
    """-log of the sum over all hidden states of exp(-E), shape (len(v),)."""
    h, log_weights = states(rbm["hidden"], len(rbm["hidden_bias"]))
    return -log_sum_exp(log_weights - energy(rbm, v, h), axis=1) - weight(rbm["visible"], v)


def log_partition(rbm):
    """log Z, by summing over the visible states too."""
    v, log_weights = states(rbm["visible"], len(rbm["visible_bias"]))
    step = log_weights if rbm["visible"] == "gaussian" else 0.0  # elsewhere part of the energy
    return log_sum_exp(step - free_energy(rbm, v), axis=0)


def log_likelihood(rbm, v):
    """log p(v) of each row."""
    return -free_energy(rbm, v) - log_partition(rbm)


def hidden_mean(rbm, v):
    """E[h | v], by summing over all hidden states, shape (len(v), num_hidden)."""
    h, log_weights = states(rbm["hidden"], len(rbm["hidden_bias"]))
    log_p = log_weights - energy(rbm, v, h)
    return np.exp(log_p - log_sum_exp(log_p, axis=1)[:, None]) @ h


def visible_mean(rbm, h):
    """E[v | h], by summing over all visible states, shape (len(h), num_visible)."""
    v, log_weights = states(rbm["visible"], len(rbm["visible_bias"]))
    log_p = log_weights - energy(rbm, v, h).T
    return np.exp(log_p - log_sum_exp(log_p, axis=1)[:, None]) @ v


def distribution(rbm):
    """Returns all visible states of a discrete layer and the probability of each."""
    v, _ = states(rbm["visible"], len(rbm["visible_bias"]))
    return v, np.exp(log_likelihood(rbm, v))


def pseudo_log_likelihood(rbm, v):
    """Sum over units of log p(v_i | all others), each normalized by brute force."""
    total, column = np.zeros(len(v)), 0
    for values, log_weights in tables(rbm["visible"], v.shape[1]):
        width = values.shape[1]
        alternatives = np.repeat(v[:, None, :], len(values), axis=1)
        alternatives[:, :, column : column + width] = values
        log_p = -free_energy(rbm, alternatives.reshape(-1, v.shape[1])).reshape(len(v), -1)
        step = log_weights if rbm["visible"] == "gaussian" else 0.0
        total += -free_energy(rbm, v) - log_sum_exp(step + log_p, axis=1)
        column += width
    return total


def gradient(function, parameters, step=1e-5):
    """Central finite differences of a scalar function of a dict of arrays."""
    result = {name: np.zeros_like(value) for name, value in parameters.items()}
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            sides = []
            for sign in (1, -1):
                moved = {key: array.copy() for key, array in parameters.items()}
                moved[name][index] += sign * step
                sides.append(function(moved))
            result[name][index] = (sides[0] - sides[1]) / (2 * step)
    return result


def slopes(variables, function, step=0.02):
    """The same of a function of what variables hold, by each of them; they end as they were."""
    found = []
    for variable in variables:
        start = np.array(variable)

        def moved(parameters, variable=variable):
            variable.assign(parameters["value"])
            return function()

        found.append(gradient(moved, {"value": start}, step)["value"])
        variable.assign(start)
    return found


def bars_and_stripes(size):
    """All images of whole rows or whole columns, each once per way to draw it (MacKay 2003)."""
    rows = np.array(list(itertools.product([0.0, 1.0], repeat=size)))
    bars = np.repeat(rows[:, :, None], size, axis=2)
    stripes = np.repeat(rows[:, None, :], size, axis=1)
    return np.concatenate([bars, stripes]).reshape(-1, size * size)


def entropy(rows):
    """Entropy in nats of the empirical distribution of rows."""
    _, counts = np.unique(rows, axis=0, return_counts=True)
    p = counts / counts.sum()
    return float(-(p * np.log(p)).sum())


def log_partition_over_hidden(kernel, visible_bias, hidden_bias):
    """log Z of a Bernoulli RBM with at most some 20 hidden units, visible units summed exactly."""
    h = ((np.arange(2 ** len(hidden_bias))[:, None] >> np.arange(len(hidden_bias))) & 1).astype(
        float
    )
    total = -np.inf
    for chunk in np.array_split(h, max(1, len(h) // 4096)):
        fields = np.logaddexp(0.0, visible_bias + chunk @ kernel.T).sum(axis=1)
        total = np.logaddexp(total, log_sum_exp(chunk @ hidden_bias + fields, axis=0))
    return total


def bernoulli_log_likelihood(kernel, visible_bias, hidden_bias, v):
    """Mean log p(v) of a Bernoulli RBM with few hidden units and any number of visible ones."""
    free = -(v @ visible_bias) - np.logaddexp(0.0, hidden_bias + v @ kernel).sum(axis=1)
    return float((-free - log_partition_over_hidden(kernel, visible_bias, hidden_bias)).mean())


def centred_ascent(objective, parameters, offsets):
    """Returns the change of the weights and biases of an RBM by one unit step of gradient ascent,
    taken in the coordinates centred at `offsets`, of the visible and the hidden units."""
    visible_offset, hidden_offset = offsets
    names = ("kernel", "visible_bias", "hidden_bias")

    def natural(centred):
        kernel = centred["kernel"]
        return {
            **parameters,
            "kernel": kernel,
            "visible_bias": centred["visible_bias"] - kernel @ hidden_offset,
            "hidden_bias": centred["hidden_bias"] - visible_offset @ kernel,
        }

    kernel = parameters["kernel"]
    centred = {
        "kernel": kernel,
        "visible_bias": parameters["visible_bias"] + kernel @ hidden_offset,
        "hidden_bias": parameters["hidden_bias"] + visible_offset @ kernel,
    }
    slope = gradient(lambda changed: objective(natural(changed)), centred)
    after = natural({name: centred[name] + slope[name] for name in names})
    return {name: after[name] - parameters[name] for name in names}


def log_p_of_layers(kernels, biases, layers):
    """Returns log p* of one value of each layer, in a row from the bottom up."""
    pairs = zip(layers, kernels, layers[1:], strict=False)
    own = sum(bias @ layer for bias, layer in zip(biases, layers, strict=True))
    return own + sum(lower @ kernel @ upper for lower, kernel, upper in pairs)
