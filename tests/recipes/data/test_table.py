"""Tables of numbers: what is in them, how they are split, what is refused."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from kerasdeep.recipes.data.table import load_table


def test_a_table_is_split_into_parts_that_make_up_the_whole():
    table = load_table("diabetes", validation_every=4, split_seed=3)
    parts = [part.arrays for part in (table.train, table.validation, table.test)]
    assert [len(y) for _, y in parts] == [266, 88, 88]
    x, y = load_diabetes(return_X_y=True, scaled=False)
    whole = np.concatenate([np.column_stack(part) for part in parts])
    expected = np.column_stack([x, y]).astype("float32")
    np.testing.assert_array_equal(np.sort(whole, axis=0), np.sort(expected, axis=0))
    assert {tuple(row) for row in whole} == {tuple(row) for row in expected}
    assert table.image_shape == (10,) and table.num_classes is None
    other = load_table("diabetes", validation_every=4, split_seed=4)
    assert not np.array_equal(other.test.arrays[1], table.test.arrays[1])
    assert load_table("diabetes", validation_every=0).validation is None


def test_batches_hold_rows_with_their_targets():
    table = load_table("diabetes")
    pairs = {tuple(row): target for row, target in zip(*table.train.arrays, strict=True)}
    batches = list(table.train.epochs(50, 0, 1, labels=True).as_numpy_iterator())
    assert sum(len(y) for _, y in batches) == table.train.num_rows
    assert all(
        pairs[tuple(row)] == target for x, y in batches for row, target in zip(x, y, strict=True)
    )


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"x": np.ones((20, 3))}, "hold arrays x and y"),
        ({"x": np.ones((20, 3)), "y": np.ones(19)}, "Received: 20 rows x and 19 numbers y"),
        ({"x": np.eye(20, 3) * np.nan, "y": np.ones(20)}, "Received: 20 rows of 20 with missing"),
        ({"x": np.ones((20, 3)), "y": np.array([np.inf] + 19 * [1])}, "Received: 1 rows of 20"),
        ({"x": np.ones((3, 3)), "y": np.ones(3)}, "rows enough"),
        ({"x": np.array([["a"]] * 20), "y": np.ones(20)}, "arrays x and y of numbers"),
    ],
)
def test_what_is_no_table_is_refused(arrays, reason, tmp_path):
    np.savez(tmp_path / "table.npz", **arrays)
    with pytest.raises(ValueError, match=reason):
        load_table(str(tmp_path / "table.npz"))


def test_a_name_of_images_is_refused():
    with pytest.raises(ValueError, match="'diabetes', or an .npz file"):
        load_table("mnist")
