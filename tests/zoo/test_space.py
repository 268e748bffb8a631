"""Search spaces: what a sweep may change of an entry."""

import dataclasses
import inspect

import keras_tuner
import pytest

from kerasdeep import zoo
from kerasdeep.zoo.parameter import parameters
from kerasdeep.zoo.space import Space
from tests.recipes.short import small

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # keras-tuner's own
PIXELS = 64


def values_of(space, seed):
    """Returns the values that random search would try."""
    hp = keras_tuner.HyperParameters()
    space.choose(hp)
    return keras_tuner.oracles.RandomSearchOracle(
        "val_loss", hyperparameters=hp, seed=seed
    ).populate_space("0")["values"]


def entry_of(space, values):
    hp = keras_tuner.HyperParameters()
    hp.values = values
    return space.choose(hp)


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_a_sweep_begins_at_the_entry_and_stays_in_its_ranges(name):
    entry = zoo.get(name).fit_to(1295, PIXELS)
    space = Space(entry)
    hp = keras_tuner.HyperParameters()
    assert space.choose(hp) == entry
    seen = {field.name: set() for field in dataclasses.fields(entry)}
    for seed in range(1, 20):
        trial = entry_of(space, values_of(space, seed))
        for field, about in parameters(trial).items():
            value = getattr(trial, field.name)
            seen[field.name].add(value)
            for number in value if isinstance(value, tuple) else (value,):
                if about.search:
                    low, high = about.search
                    assert low <= number <= high, (field.name, value)
                    assert isinstance(number, type(low)) or isinstance(low, int)
    for field, about in parameters(entry).items():
        assert (len(seen[field.name]) > 1) == bool(about.search), field.name


def test_depth_and_widths_are_chosen_together():
    space = Space(zoo.get("dbn-dnn"), {"num_hidden_layers": (2, 4), "num_hidden": (400, 2000)})
    widths = [entry_of(space, values_of(space, seed)).num_hidden for seed in range(1, 40)]
    assert {len(some) for some in widths} == {2, 3, 4}
    assert all(400 <= width <= 2000 for some in widths for width in some)
    assert len(set(widths)) == len(widths)


def test_ranges_and_fixed_values_of_a_user():
    space = Space(zoo.get("rbm"), {"num_hidden": (500, 501)}, fixed=["momentum", "learning_rate"])
    trials = [entry_of(space, values_of(space, seed)) for seed in range(1, 20)]
    assert {trial.num_hidden for trial in trials} == {500, 501}
    assert {trial.momentum for trial in trials} == {0.0}
    assert "momentum" not in space.names
    with pytest.raises(ValueError, match="that holds 500, where the sweep begins"):
        Space(zoo.get("rbm"), {"num_hidden": (600, 700)})
    for name in ("num_hiden", "momentum"):
        with pytest.raises(ValueError, match="may change: .*num_hidden"):
            Space(zoo.get("rbm"), {name: (1, 2)}, fixed=["momentum"])


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_an_entry_is_tuned_by_any_tuner(name, digits, tmp_path):
    x, y = digits[0][:200], digits[1][:200]
    if name == "conv-rbm":
        x = x.reshape(-1, 8, 8, 1)
    learns = "num_classes" in inspect.signature(type(zoo.get(name)).build).parameters
    labels = (y,) if learns or name == "dbn-dnn" else ()
    searched = {field.name for field, about in parameters(zoo.get(name)).items() if about.search}
    tuner = keras_tuner.RandomSearch(
        zoo.hypermodel(small(name), fixed=searched - {"learning_rate"}, seed=0),
        keras_tuner.Objective("val_loss", "min"),
        max_trials=1,
        directory=tmp_path,
    )
    tuner.search(
        x, *labels, epochs=1, validation_data=(x[:50], *(y[:50] for y in labels)), verbose=0
    )
    (trial,) = tuner.oracle.trials.values()
    assert trial.status == "COMPLETED", trial.message
    model = tuner.get_best_models()[0]
    again = model.evaluate(x[:50], *(y[:50] for y in labels), verbose=0, return_dict=True)
    draws = name in ("sbn", "dbn")  # what they measure
    assert again["loss"] == pytest.approx(trial.score, rel=0.05 if draws else 1e-4)
