"""Variants of MNIST."""

import numpy as np
import pytest

from kerasdeep.recipes import data
from kerasdeep.recipes.data.variants import noisy_background, rotated


class Angles:
    """A generator that draws one angle."""

    def __init__(self, angle):
        self.angle = angle

    def uniform(self, low, high, number):
        assert (low, high) == (0, 2 * np.pi)
        return np.full(number, self.angle)


def test_images_are_turned_about_their_centre():
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype("uint8")
    np.testing.assert_array_equal(rotated(images, Angles(0.0)), images)
    quarter = rotated(images, Angles(np.pi / 2)).astype(int)
    turned = [np.rot90(images, times, axes=(1, 2)) for times in (1, 3)]
    assert any(np.abs(quarter - other)[:, 1:-1, 1:-1].max() <= 1 for other in turned)


def test_angles_are_of_all_directions():
    bar = np.zeros((400, 28, 28), "uint8")
    bar[:, 13:15, 14:] = 255  # to the right
    turned = rotated(bar, np.random.default_rng(0)).astype(float)
    places = np.arange(28) - 13.5
    x, y = (turned * places).sum(axis=(1, 2)), (turned * places[:, None]).sum(axis=(1, 2))
    sectors = np.bincount((np.arctan2(y, x) // (np.pi / 2) + 2).astype(int), minlength=4)
    # 100 each on average; a deviation of 45 is five standard errors, one in a million by chance.
    assert np.abs(sectors - 100).max() < 45


def test_noise_is_behind_the_digit():
    images = np.zeros((50, 28, 28), "uint8")
    images[:, 10:18, 10:18] = 200
    noisy = noisy_background(images, np.random.default_rng(0))
    assert noisy[:, 10:18, 10:18].min() == 200
    behind = noisy[images == 0].astype(float)
    assert behind.min() == 0 and behind.max() == 255
    # Bytes have a mean of 127.5 and a deviation of 73.9; of 36,000 within five standard errors.
    assert behind.mean() == pytest.approx(127.5, abs=5 * 73.9 / np.sqrt(behind.size))


@pytest.mark.parametrize("name", ["mnist-rotated", "mnist-noisy-background"])
def test_variants_are_made_anew_the_same(name):
    try:
        images = data.load(name)
    except ValueError as error:
        pytest.skip(f"real MNIST is not here: {error}")
    splits = (images.train, images.validation, images.test)
    assert [split.num_rows for split in splits] == [10_800, 1_200, 50_000]
    rows, labels = images.test.rows(100)
    again, named = data.load(name).test.rows(100)
    np.testing.assert_array_equal(rows, again)
    np.testing.assert_array_equal(labels, named)
    assert rows.min() >= 0 and rows.max() <= 1 and np.bincount(images.test.arrays[1]).min() > 4000
