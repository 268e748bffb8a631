"""Changes of images that resume."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasdeep.layers import Augmentation
from kerasdeep.layers.augmentation import CHANGES
from tests import replicas

SHAPE = (12, 12, 1)


def layers():
    outside = {"fill_mode": "constant"}
    return [
        keras.layers.RandomRotation(0.1, **outside),
        keras.layers.RandomTranslation(0.2, 0.2, **outside),
        keras.layers.RandomZoom(0.2, **outside),
    ]


def images(shape=(30, *SHAPE)):
    return np.random.default_rng(0).random(shape).astype("float32")


def test_one_layer_changes_images_as_it_does_alone():
    alone = keras.layers.RandomTranslation(0.3, 0.3, fill_mode="constant", seed=1)
    ours = Augmentation([keras.layers.RandomTranslation(0.3, 0.3, fill_mode="constant")], seed=1)
    x = images()
    np.testing.assert_allclose(ours(x, training=True), alone(x, training=True), atol=1e-6)


def test_every_image_is_changed_in_training_and_none_outside():
    layer, x = Augmentation(layers(), seed=0), images()
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer(x, training=False), x)
    first, second = (np.array(layer(x, training=True)) for _ in range(2))
    same = [np.abs(one - other).max(axis=(1, 2, 3)) for one, other in ((first, x), (first, second))]
    assert min(same[0].min(), same[1].min()) > 0.01
    assert (
        len({image.tobytes() for image in np.array(layer(x[:1].repeat(30, 0), training=True))})
        == 30
    )


def network():
    dense = keras.layers.Dense(3, "softmax")
    inputs = keras.Input(SHAPE)
    model = keras.Sequential([inputs, Augmentation(layers(), 1), keras.layers.Flatten(), dense])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_a_network_goes_on_from_a_file_with_the_changes_that_it_would_have_seen(tmp_path):
    x, y, arguments = images(), np.arange(30) % 3, {"shuffle": False, "verbose": 0}
    model = network()
    model.fit(x, y, **arguments)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    keras.utils.set_random_seed(99)
    for one in (model, loaded):
        one.fit(x, y, epochs=2, **arguments)
    for one, other in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert [layer.name for layer in loaded.layers[0].layers] == [
        layer.name for layer in model.layers[0].layers
    ]


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_drawn_hangs_on_the_seed_alone(kind):
    numbers = {
        "RandomPosterization": (4,),
        "RandomShear": (0.4, 0.4),
        "RandomHue": (0.2,),
        "RandomGrayscale": (0.5,),
    }
    needed = [
        name
        for name, one in inspect.signature(kind).parameters.items()
        if one.default is inspect.Parameter.empty and one.kind is not one.VAR_KEYWORD
    ]
    arguments = numbers.get(kind.__name__, (0.4,) * len(needed))
    in_range = "value_range" in inspect.signature(kind).parameters
    x, drawn = images((10, 8, 8, 3)), []
    for own_seed in (0, 1):
        keras.utils.set_random_seed(own_seed)
        options = {"value_range": (0, 1)} if in_range else {}
        layer = Augmentation([kind(*arguments, **options)], seed=5)
        layer.build(x.shape)
        drawn.append([np.array(layer(x, training=True)) for _ in range(3)])
    np.testing.assert_array_equal(*drawn)
    assert drawn[0][0].shape == x.shape and not np.array_equal(*drawn[0][:2])


@pytest.mark.parametrize(
    "layer",
    [keras.layers.Flatten(), keras.layers.MixUp(), keras.layers.RandomCrop(6, 6)],
)
def test_other_layers_are_refused(layer):
    name = type(layer).__name__
    with pytest.raises(ValueError, match=f"RandomRotation. Received: {name}. Choose of RandomB"):
        Augmentation([layer])


def test_every_device_draws_changes_of_its_own():
    strategy, x = replicas.two_devices(), tf.constant(images())
    with strategy.scope():
        layer = Augmentation(layers(), seed=0)
    changed = tf.function(lambda: strategy.run(lambda: layer(x, training=True)))()
    first, second = map(np.array, strategy.experimental_local_results(changed))
    assert (np.abs(first - second).max(axis=(1, 2, 3)) > 0.01).all()
