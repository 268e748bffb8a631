"""What the pictures of a convolutional network show."""

import keras
import numpy as np

from kerasdeep import zoo
from kerasdeep.layers import receptive_field
from kerasdeep.recipes.network_gallery import (
    blocks_of,
    convolutional_figures,
    feature_maps,
    patch_of,
)


def network(name="cnn"):
    layers = zoo.get(name).architecture(num_classes=10)
    return keras.Sequential([keras.Input((28, 28, 1)), *layers])


def test_a_block_is_a_convolution_and_what_follows_but_pooling_and_dropout():
    assert [block.name for block in blocks_of(network())] == [
        f"maps_{b}_{n}" for b in (1, 2, 3) for n in (1, 2)
    ]
    assert [block.name for block in blocks_of(network("lenet-5"))] == ["maps_1", "maps_2"]


def test_a_patch_is_what_the_unit_sees_and_grey_beyond_the_image():
    model = network()
    image = np.random.default_rng(0).random((28, 28, 1)).astype("float32")
    field = receptive_field(model, "maps_1_1")
    middle = patch_of(image, field, 10, 12).reshape(5, 5)
    np.testing.assert_array_equal(middle, image[8:13, 10:15, 0])
    corner = patch_of(image, field, 27, 0).reshape(5, 5)
    np.testing.assert_array_equal(corner[:3, 2:], image[25:, :3, 0])
    assert (corner[3:] == 0.5).all() and (corner[:, :2] == 0.5).all()


def test_what_excites_a_filter_most_is_what_it_looks_like():
    """A filter of a cross; of noisy images one has a cross, which is the first patch drawn."""
    cross = np.zeros((5, 5), "float32")
    cross[2], cross[:, 2] = 1, 1
    images = np.random.default_rng(0).uniform(0, 0.3, (20, 12, 12, 1)).astype("float32")
    images[7, 3:8, 4:9, 0] = cross
    convolution = keras.layers.Conv2D(1, 5, activation="relu", name="maps")
    model = keras.Sequential([keras.Input((12, 12, 1)), convolution, keras.layers.Flatten()])
    convolution.set_weights([(cross - 0.36)[:, :, None, None], np.zeros(1, "float32")])
    figure = convolutional_figures(model, images)["exciting_patches"]
    drawn = figure.axes[0].get_images()[0].get_array()[:5, :5, 0]
    np.testing.assert_array_equal(drawn, cross)


def test_a_map_of_negative_answers_is_black():
    answers = np.stack([np.full((3, 3), -0.3), np.eye(3)], axis=-1).astype("float32")
    figure = feature_maps(np.zeros((3, 3, 1), "float32"), [answers], ["maps"])
    drawn = np.array(figure.axes[1].get_images()[0].get_array())[..., 0]
    assert drawn[:3, :3].max() == 0 and drawn.max() == 1
