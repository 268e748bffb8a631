"""Rows held out are drawn by a seed, in equal shares of every class, streamed or not."""

import numpy as np
import pytest

from kerasdeep.recipes import data
from kerasdeep.recipes.data.held_out import held_out_rows

NUM_CLASSES = 10


@pytest.fixture(params=["in turn", "sorted", "skewed"])
def labelled(request, tmp_path):
    """Path of 1,000 labelled rows, each with its number as its two values, and the labels."""
    labels = {
        "in turn": np.arange(1000) % NUM_CLASSES,
        "sorted": np.repeat(np.arange(NUM_CLASSES), 100),
        "skewed": np.sort(np.random.default_rng(0).geometric(0.3, 1000).clip(max=10) - 1),
    }[request.param]
    rows = np.stack([np.arange(1000) // 256, np.arange(1000) % 256], axis=1).astype("uint8")
    np.savez(tmp_path / "x.npz", x=rows, y=labels)
    return str(tmp_path / "x.npz"), labels


def numbers(split):
    x, _ = split.arrays
    high, low = np.round(x * 255).astype(int).T
    return 256 * high + low


@pytest.mark.parametrize("stream", [False, True])
def test_every_class_is_trained_on_and_tested_in_its_share(labelled, stream):
    path, labels = labelled
    images = data.load(path, stream=stream)
    whole = np.bincount(labels, minlength=NUM_CLASSES)
    parts = {"train": 0.72, "validation": 0.08, "test": 0.2}
    for name, share in parts.items():
        split = getattr(images, name)
        batches = split.batches(100, labels=True).as_numpy_iterator()
        found = np.bincount(np.concatenate([y for _, y in batches]), minlength=NUM_CLASSES)
        assert np.abs(found - share * whole).max() < 2, name
        assert images.described()[name] == {
            "num_rows": int(found.sum()),
            "class_counts": found.tolist(),
        }
    every = np.concatenate([numbers(getattr(images, name)) for name in parts])
    np.testing.assert_array_equal(np.sort(every), np.arange(1000))


def test_the_split_is_that_of_its_seed_and_of_nothing_else(labelled):
    path, _ = labelled
    first, again = data.load(path), data.load(path, stream=True, validation_every=0)
    other = data.load(path, split_seed=1)
    np.testing.assert_array_equal(numbers(first.test), numbers(again.test))
    assert len(set(numbers(first.test)) & set(numbers(other.test))) < 100
    assert (first.described()["seed"], other.described()["seed"]) == (0, 1)


def test_rows_without_labels_are_a_plain_permutation():
    held_out = held_out_rows(1000, None, 5, seed=0)
    assert held_out.sum() == 200
    # Gaps are geometric and not all of one length: 0.16 of the rows held out follow another.
    assert len(set(np.diff(np.flatnonzero(held_out)))) > 5


def test_recipes_do_not_tune_their_pipelines(labelled):
    from kerasdeep.recipes.studies.tools import batches

    for stream in (False, True):
        train = data.load(labelled[0], "stochastic", stream=stream).train
        made = [train.batches(10), train.epochs(10, 0, 2)]
        if not stream:
            rows = np.arange(300)
            part = batches.Part(*train.tensors, rows, size=10)
            made += [
                batches.passes(train, rows, 3, seed=0),
                batches.endless([part], 3, seed=0),
                batches.endless([part, part], 3, seed=0),
            ]
        assert all(dataset.options().autotune.enabled is False for dataset in made)
