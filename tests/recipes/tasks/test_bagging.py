"""Networks that answer together: what is measured of them, by hand."""

import keras
import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.recipes import data
from tests.recipes.short import metrics_of, small, train


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bagging") / "run"
    train(small("cnn-average", bootstrap=1, num_members=3), folder, seed=4)
    return folder


def test_errors_are_those_of_the_first_members_together(folder):
    metrics = metrics_of(folder)
    model = keras.models.load_model(folder / "model.keras")
    images = data.load("digits").unflattened()
    rows, labels = next(images.test.batches(1000, labels=True).as_numpy_iterator())
    answers = np.stack([member.predict(rows, verbose=0) for member in model.members])
    together = [
        (answers[: number + 1].mean(axis=0).argmax(axis=1) != labels).mean() for number in range(3)
    ]
    found = metrics["test_errors_by_members"]
    assert found["together"] == pytest.approx(together)
    assert found["alone"] == pytest.approx(list((answers.argmax(axis=2) != labels).mean(axis=1)))
    assert metrics["test"]["error"] == found["together"][-1]
    rows, labels = next(images.validation.batches(1000, labels=True).as_numpy_iterator())
    error = (model.predict(rows, verbose=0).argmax(axis=1) != labels).mean()
    assert metrics["history"]["val_accuracy"][-1] == pytest.approx(1 - error)


def test_out_of_the_bag_are_training_rows_that_a_member_did_not_learn_from(folder):
    metrics = metrics_of(folder)
    model = keras.models.load_model(folder / "model.keras")
    rows, labels = data.load("digits").train.arrays
    number = len(rows)
    answers = model.predict_members(rows.reshape(-1, 8, 8, 1))
    seen = np.stack([np.isin(np.arange(number), model.rows_of_member(m, number)) for m in range(3)])
    there = ~seen.all(axis=0)
    sums = (answers * ~seen[..., None]).sum(axis=0)
    found = metrics["out_of_bag"]
    assert found["coverage"] == pytest.approx(there.mean())
    right = (sums.argmax(axis=1) == labels)[there].mean()
    assert found["accuracy"] == pytest.approx(right, abs=1e-6)


def test_drawn_rows_are_what_a_member_learns_from():
    train_rows = data.load("digits").train
    chosen = np.sort(np.random.default_rng(0).integers(train_rows.num_rows, size=1294))
    x, y = train_rows.arrays
    for epoch in (0, 1):
        batches = train_rows.epochs(50, epoch, epoch + 1, 3, labels=True, rows=chosen)
        rows, labels = map(np.concatenate, zip(*batches.as_numpy_iterator(), strict=True))
        expected = np.column_stack([x[chosen], y[chosen]])
        found = np.column_stack([rows, labels])
        assert not np.array_equal(found, expected)
        order = np.lexsort(found.T), np.lexsort(expected.T)
        np.testing.assert_array_equal(found[order[0]], expected[order[1]])


def test_rows_of_a_stream_are_not_drawn():
    with pytest.raises(ValueError, match="Leave --stream out"):
        data.load("digits", stream=True).train.epochs(10, 0, 1, rows=np.arange(5))


def test_networks_differ_and_are_those_of_the_seed():
    entry, rows = small("cnn-average"), np.zeros((20, 8, 8, 1), "float32")
    one, same, other = (entry.build(rows, 10, seed) for seed in (1, 1, 2))
    first = [np.array(model.members[0].weights[-2]) for model in (one, same, other)]
    np.testing.assert_array_equal(first[0], first[1])
    assert not np.array_equal(first[0], first[2])
    assert not np.array_equal(first[0], one.members[1].weights[-2])
    assert zoo.get("cnn-average").num_members == 10
