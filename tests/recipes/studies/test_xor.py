"""The study of the exclusive or, against what NumPy and linear programming say of its numbers."""

import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from scipy.optimize import linprog

from kerasdeep.recipes.studies import run_study, xor
from kerasdeep.zoo.studies import xor as zoo
from tests.recipes.short import QUIET, metrics_of

FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
}
TARGETS = np.array([0, 1, 1, 0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Returns the folder of a run that was told nothing else."""
    folder = tmp_path_factory.mktemp("xor")
    run_study(xor, xor.Options(output=str(folder)), QUIET)
    return folder


def measured(**options):
    """Returns what the study measures, without a folder."""
    return xor.measure(SimpleNamespace(options=xor.Options(**options)))


def separable(points):
    """Returns whether a line has the points of one answer on one side, the others on the other."""
    signs = 2 * TARGETS - 1
    rows = -signs[:, None] * np.column_stack([points, np.ones(4)])
    return linprog(np.zeros(3), rows, -np.ones(4), bounds=(None, None)).status == 0


def forward(start, function):
    """Returns hidden values and answers, from recorded weights."""
    kernel, bias, output, output_bias = (np.array(start[name]) for name in zoo.WEIGHTS)
    hidden = function(np.array(zoo.POINTS) @ kernel + bias)
    return hidden, FUNCTIONS["sigmoid"](hidden @ output + output_bias)[:, 0]


def cross_entropy(answers):
    return -np.log(np.where(TARGETS, answers, 1 - answers)).mean()


def test_two_hidden_units_move_the_points_to_where_a_line_separates_them(folder):
    metrics = metrics_of(folder)
    shown = metrics["starts"][metrics["shown"]]
    assert not separable(zoo.POINTS)
    assert shown["solved"] and separable(shown["hidden"])
    assert metrics["shown"] == [start["solved"] for start in metrics["starts"]].index(True)
    assert 5 <= sum(start["solved"] for start in metrics["starts"]) < len(metrics["starts"]) == 20


def test_a_perceptron_never_has_all_points_right(folder):
    perceptron = metrics_of(folder)["perceptron"]
    assert max(perceptron["right"]) == 3 and min(perceptron["mistakes"]) > 0
    assert len(perceptron["right"]) == 4 * len(perceptron["mistakes"])
    assert perceptron["returned"]


def test_a_run_writes_numbers_that_any_program_reads_and_a_figure(folder):
    json.loads((folder / "metrics.json").read_text(), parse_constant=pytest.fail)
    assert (folder / "xor.png").stat().st_size > 10_000


@pytest.mark.parametrize(("activation", "num_hidden"), [("sigmoid", 3), ("relu", 2)])
def test_recorded_answers_are_those_of_the_recorded_weights(activation, num_hidden):
    options = {"activation": activation, "num_hidden": num_hidden, "num_starts": 6}
    metrics = measured(num_updates=101, **options)
    assert metrics["updates"] == [*range(0, 101, 2), 101]
    for start in metrics["starts"]:
        hidden, answers = forward(start, FUNCTIONS[activation])
        np.testing.assert_allclose(start["hidden"], hidden, atol=1e-5)
        np.testing.assert_allclose(start["answers"], answers, atol=1e-5)
        assert start["solved"] == (np.abs(answers - TARGETS) < 0.1).all()
        # The loss is what the trained network itself said.
        assert start["loss"][-1] == pytest.approx(cross_entropy(answers), rel=1e-3)
        assert len(start["loss"]) == len(metrics["updates"])
    solved = sum(start["solved"] for start in metrics["starts"])
    assert xor.table(metrics)[2][:2] == (f"2-{num_hidden}-1 networks", f"{solved} of 6")


def test_without_a_start_that_solved_it_the_nearest_is_drawn():
    metrics = measured(num_updates=1, num_hidden=3)
    last = [start["loss"][-1] for start in metrics["starts"]]
    assert not any(start["solved"] for start in metrics["starts"])
    assert metrics["shown"] == np.argmin(last)
    assert "not solved yet" in xor.draw(metrics).axes[1].get_title()


def test_a_seed_decides_everything():
    one, again, other = (measured(seed=n, num_starts=3, num_updates=20) for n in (1, 1, 2))
    assert one == again
    assert one["perceptron"] != other["perceptron"] and one["starts"] != other["starts"]


def test_each_network_learns_as_if_it_were_alone():
    keras.utils.set_random_seed(0)
    networks = zoo.build(num_networks=3, num_hidden=2, activation="tanh")
    one = dict(zip(zoo.WEIGHTS, (w[1].astype(float) for w in networks.get_weights()), strict=True))
    assert max(np.abs(w).max() for w in one.values()) <= 1
    updates, losses = zoo.train(networks, num_updates=7, rate=0.2)
    velocity = dict.fromkeys(zoo.WEIGHTS, 0.0)
    for update in range(8):
        hidden, answers = forward(one, np.tanh)
        assert losses[1, update] == pytest.approx(cross_entropy(answers), rel=1e-4)
        error = (answers - TARGETS)[:, None]
        below = error @ one["output_kernel"].T * (1 - hidden**2)
        gradients = (np.array(zoo.POINTS).T @ below, below.sum(0), hidden.T @ error, error.sum(0))
        for name, gradient in zip(zoo.WEIGHTS, gradients, strict=True):
            velocity[name] = 0.9 * velocity[name] - 0.2 * gradient
            one[name] = one[name] + velocity[name]
    assert updates == [*range(8)]


def test_many_units_are_seen_along_a_plane_that_the_line_is_in():
    generator = np.random.default_rng(0)
    hidden, output = generator.normal(size=(4, 5)), generator.normal(size=(5, 1))
    sight = zoo.directions(hidden, output)
    np.testing.assert_allclose(sight.T @ sight, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(hidden @ sight @ (sight.T @ output), hidden @ output)


def test_a_learning_rate_that_is_too_large_is_named():
    with pytest.raises(FloatingPointError, match="learning rate"):
        measured(learning_rate=1e30, activation="relu", num_updates=50)


@pytest.mark.parametrize(
    "option",
    [
        {"num_hidden": 1},
        {"activation": "linear"},
        {"num_starts": 0},
        {"num_updates": 0},
        {"learning_rate": 0.0},
        {"seed": -1},
    ],
)
def test_options_out_of_range_are_refused(option):
    with pytest.raises(ValueError, match=r"expects .* Received"):
        xor.Options(**option)
