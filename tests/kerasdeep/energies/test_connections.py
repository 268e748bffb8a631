"""Each kind of connection is one bilinear form, whichever of its maps is asked."""

import keras
import numpy as np
import pytest

from kerasdeep.energies.convolution import Convolution
from kerasdeep.energies.dense import Dense
from kerasdeep.energies.layered import Layered


def variables(*shapes):
    rng = np.random.default_rng(0)
    return [keras.Variable(rng.normal(size=shape).astype("float32")) for shape in shapes]


# Connection, shape of the visible rows, shape of the hidden rows.
CONNECTIONS = {
    "dense": (Dense(*variables((5, 4))), (5,), (4,)),
    "one layer": (Layered(variables((5, 4))), (5,), (4,)),
    "two layers": (Layered(variables((5, 4), (4, 3))), (8,), (4,)),
    "three layers": (Layered(variables((5, 4), (4, 3), (3, 2))), (8,), (6,)),
    "four layers": (Layered(variables((3, 2), (2, 4), (4, 2), (2, 3))), (10,), (4,)),
    "convolution": (
        Convolution(*variables((2, 3, 2, 4)), block=2, image_shape=(6, 8)),
        (6, 8, 2),
        (4, 6, 4),
    ),
}


@pytest.fixture(params=CONNECTIONS)
def case(request):
    connection, visible, hidden = CONNECTIONS[request.param]
    rng = np.random.default_rng(1)
    draw = (rng.normal(size=(7, *shape)).astype("float32") for shape in (visible, hidden))
    return connection, *draw


def form(connection, s, t):
    """Returns the sum over rows of <W^T s, t>."""
    return float((np.array(connection.up(s), "float64") * t).sum())


def test_down_is_the_adjoint_of_up(case, close):
    connection, s, t = case
    other = (np.array(connection.down(t), "float64") * s).sum()
    close("connections, adjoint", form(connection, s, t), other, 1e-4)


def test_correlation_is_the_derivative_by_the_weights(case, close):
    """Linear in the weights: a difference of any size is the derivative."""
    connection, s, t = case
    rng = np.random.default_rng(2)
    direction = [rng.normal(size=weight.shape).astype("float32") for weight in connection.weights]
    slope = form(connection.shifted(direction), s, t) - form(connection, s, t)
    found = connection.correlation(s, t)
    told = sum((np.array(f, "float64") * d).sum() for f, d in zip(found, direction, strict=True))
    close("connections, derivative", told, slope, 2e-3)


def test_layers_are_products_of_matrices(close):
    """Three layers written out: even ones on one side, odd ones on the other."""
    connection = CONNECTIONS["three layers"][0]
    first, second, third = (np.array(weight) for weight in connection.weights)
    rng = np.random.default_rng(3)
    v, h1, h2, h3 = (rng.normal(size=(6, n)).astype("float32") for n in (5, 4, 3, 2))
    pairs = ((v @ first) * h1, (h1 @ second) * h2, (h2 @ third) * h3)
    energy = sum(pair.sum() for pair in pairs)
    told = form(connection, np.concatenate([v, h2], axis=1), np.concatenate([h1, h3], axis=1))
    close("connections, layers", told, energy, 1e-4)


@pytest.mark.parametrize("name", ["dense", "one layer", "three layers"])
def test_a_few_columns_carry_what_a_whole_row_would(name, close):
    connection, (width,), _ = CONNECTIONS[name]
    rng = np.random.default_rng(4)
    columns = np.stack([rng.permutation(width)[:2] for _ in range(3)]).astype("int32")
    values = rng.normal(size=(4, 3, 2)).astype("float32")
    rows = np.zeros((4, 3, width), "float32")
    for k, row, place in np.ndindex(values.shape):
        rows[k, row, columns[row, place]] = values[k, row, place]
    whole = np.stack([np.array(connection.up(part)) for part in rows])
    close("connections, columns", connection.up_from(columns, values), whole, 1e-5)


def test_products_in_bfloat16_are_near_and_come_as_float32(case):
    connection, s, t = case
    low = connection.in_precision("bfloat16")
    for found, exact in ((low.up(s), connection.up(s)), (low.down(t), connection.down(t))):
        assert keras.backend.standardize_dtype(found.dtype) == "float32"
        np.testing.assert_allclose(found, exact, atol=0.1)
