"""Search spaces: what a sweep may change of an entry."""

import dataclasses
import inspect

import keras_tuner
import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.zoo.parameter import parameters
from kerasdeep.zoo.space import Space, named_values
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
    with pytest.raises(ValueError, match="may change: .*num_hidden.*Received: num_hiden"):
        Space(zoo.get("rbm"), {"num_hiden": (1, 2)})


def test_a_range_replaces_the_entrys_own_also_where_it_begins_elsewhere():
    small = dataclasses.replace(zoo.get("dbn-dnn"), num_hidden=(20, 30), momentum=0.95)
    ranges = {"num_hidden": (10, 40), "momentum": (0.9, 0.99), "num_hidden_layers": (2, 3)}
    space = Space(small, ranges, fixed=["num_hidden", "momentum"])
    hp = keras_tuner.HyperParameters()
    assert space.choose(hp) == small
    assert named_values(small).items() >= {"num_hidden_2": 30, "num_hidden_layers": 2}.items()
    assert named_values(small).items() >= hp.values.items() - {("num_hidden_3", 30)}
    for seed in range(1, 9):
        trial = entry_of(space, values_of(space, seed))
        assert len(trial.num_hidden) in (2, 3) and max(trial.num_hidden) <= 40
        assert 0.9 <= trial.momentum <= 0.99


@pytest.mark.parametrize("arguments", [{"batch_size": 10}, {"validation_split": 0.2}])
def test_what_search_cannot_take_is_said(arguments, digits):
    model = zoo.hypermodel(small("rbm"), fixed=["num_hidden", "num_chains"])
    with pytest.raises(ValueError, match=f"does not take {next(iter(arguments))}"):
        model.fit(keras_tuner.HyperParameters(), None, digits[0][:50], **arguments)


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("mlp", lambda x, y: (x * 255, y), "values in .0, 1.. .*Divide bytes by 255"),
        ("mlp", lambda x, y: (x.reshape(-1, 8, 8), y), "shape .rows, values.. .*Reshape"),
        ("cnn", lambda x, y: (x, y), "shape .rows, height, width, channels."),
        ("mlp", lambda x, y: (x, np.eye(10)[y]), "labels as integers.*argmax"),
        ("mlp-regression", lambda x, y: (x, np.where(y == 3, np.nan, y)), "finite numbers.*y of"),
        ("mlp-regression", lambda x, y: (x[:, None], y), "x of shape .50, 1, 64."),
    ],
)
def test_data_that_an_entry_cannot_take_is_refused(name, change, reason, digits):
    model = zoo.hypermodel(small(name))
    with pytest.raises(ValueError, match=reason):
        model.fit(keras_tuner.HyperParameters(), None, *change(digits[0][:50], digits[1][:50]))


def test_hyperband_of_keras_tuner_takes_an_entry(digits, tmp_path):
    model = zoo.hypermodel(small("rbm"), fixed=["num_hidden", "num_chains"])
    tuner = keras_tuner.Hyperband(
        model, keras_tuner.Objective("val_loss", "min"), max_epochs=2, directory=tmp_path
    )
    tuner.search(digits[0][:100], validation_data=(digits[0][:20],), verbose=0)
    trials = tuner.oracle.trials.values()
    assert {trial.status for trial in trials} == {"COMPLETED"}
    assert {trial.hyperparameters.values["tuner/epochs"] for trial in trials} == {2}


@pytest.mark.parametrize(
    "name, changes", [*((name, {}) for name in zoo.ENTRIES), ("dbn-dnn", {"adversarial": 0.5})]
)
def test_an_entry_is_tuned_by_any_tuner(name, changes, digits, tmp_path):
    x, y = digits[0][:200], digits[1][:200]
    if zoo.get(name).takes_images:
        x = x.reshape(-1, 8, 8, 1)
    takes = inspect.signature(type(zoo.get(name)).build).parameters
    learns = "num_classes" in takes or "targets" in takes
    task = zoo.get(name).task
    labels = (y,) if learns or task == "pretrain_and_fine_tune" else ()
    searched = {field.name for field, about in parameters(zoo.get(name)).items() if about.search}
    tuner = keras_tuner.RandomSearch(
        zoo.hypermodel(small(name, **changes), fixed=searched - {"learning_rate"}, seed=0),
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
    # What they measure is of what they draw, or of a batch and not of each row.
    rough = task in ("directed", "adversarial") or name in ("dbn", "sparse-autoencoder")
    assert again["loss"] == pytest.approx(trial.score, rel=0.05 if rough else 1e-4)
