"""Greedy layers that trials have in common are trained once, and change nothing."""

import dataclasses
import math

import keras
import keras_tuner
import numpy as np
import pytest

from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.job import Job
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.sweeps.trial import TrialJob
from kerasdeep.recipes.tasks import task_of
from tests.recipes.short import QUIET, arrays_of, small

OBJECTIVE = keras_tuner.Objective("val_accuracy", "max")


@pytest.fixture
def epochs(monkeypatch):
    """Counts the epochs of greedy stages."""
    seen, save = [], Checkpoint.on_epoch_end

    def count(checkpoint, epoch, logs=None):
        save(checkpoint, epoch, logs)
        if checkpoint.folder.name in ("pretraining", "generative"):
            seen.append(epoch)

    monkeypatch.setattr(Checkpoint, "on_epoch_end", count)
    return seen


def learn(entry, folder, stripes, layers=None, seed=0):
    """Trains an entry, with the layers that others left in a folder or, without one, alone."""
    options = TrainOptions(dataset=stripes, output=str(folder), seed=seed)
    task = task_of(entry)
    images = task.load(entry, options)
    entry = entry.fit_to(images.train.num_rows, math.prod(images.image_shape))
    job = Job(options, images, Run(entry.name, options), QUIET)
    if layers:
        job = TrialJob(options, images, job.run, QUIET, layers=layers, objective=OBJECTIVE)
    keras.utils.set_random_seed(seed)
    task.learn(entry, job)
    return {path.name: arrays_of(path) for path in folder.glob("*.keras")}


# What a stack has that the first has not, and its epochs: two of each layer, two of the whole.
CASES = {
    "dbn-dnn": (
        ({}, 4),
        ({"num_hidden": (12, 10, 8), "learning_rate": 0.01}, 2),
        ({"num_hidden": (12,)}, 0),
        ({"pretrain_learning_rate": 0.01}, 4),
        ({"batch_size": 40}, 4),
    ),
    "dbn": (({}, 6), ({"num_hidden": (12, 10, 8)}, 6)),
    "dbm": (({}, 6), ({"learning_rate": 0.01}, 2)),
}


@pytest.mark.parametrize("name", CASES)
def test_a_trial_begins_where_layers_of_another_end(name, stripes, tmp_path, epochs):
    own = {"start": "doubled"} if name == "dbm" else {}
    first = dataclasses.replace(small(name), batch_size=50, **own)
    for number, (changes, expected) in enumerate(CASES[name]):
        entry = dataclasses.replace(first, **changes)
        epochs.clear()
        shared = learn(entry, tmp_path / f"shared-{number}", stripes, tmp_path / "layers")
        assert len(epochs) == expected, changes
        if number == 1:
            alone = learn(entry, tmp_path / f"alone-{number}", stripes)
            assert shared.keys() == alone.keys()
            for file, arrays in alone.items():
                for array, values in arrays.items():
                    np.testing.assert_array_equal(shared[file][array], values, f"{file}: {array}")


def test_another_seed_has_layers_of_its_own(stripes, tmp_path, epochs):
    entry = dataclasses.replace(small("dbn-dnn"), batch_size=50, num_hidden=(12,))
    for seed in (0, 1):
        learn(entry, tmp_path / str(seed), stripes, tmp_path / "layers", seed)
    assert len(epochs) == 4


def test_damaged_layers_are_trained_again(stripes, tmp_path, epochs):
    entry = dataclasses.replace(small("dbn-dnn"), batch_size=50, num_hidden=(12,))
    learn(entry, tmp_path / "first", stripes, tmp_path / "layers")
    (file,) = (tmp_path / "layers").glob("*/00.weights.h5")
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    learn(entry, tmp_path / "second", stripes, tmp_path / "layers")
    assert len(epochs) == 4 and file.read_bytes()[:100] == whole[:100] != whole
