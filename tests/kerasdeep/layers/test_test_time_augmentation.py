"""Answers to several views, averaged: against changes of pixels by hand and by SciPy."""

import math

import keras
import numpy as np
import pytest
from scipy import ndimage

from kerasdeep.layers import Augmentation, TestTimeAugmentation

SHAPE = (9, 7, 2)
CHANGES = {"rotation": 20.0, "translation": 0.2, "zoom": 0.3}


def images(number=5, shape=SHAPE):
    return np.random.default_rng(0).random((number, *shape)).astype("float32")


def views(x, **amounts):
    """Returns the mean of the views of images, which the network that does nothing gives."""
    return np.array(TestTimeAugmentation(keras.layers.Identity(), **amounts)(x))


def test_images_are_moved_by_whole_pixels_turned_by_right_angles_and_mirrored():
    x = images(shape=(5, 5, 1))
    moved = [np.zeros_like(x) for _ in range(4)]
    moved[0][:, 1:], moved[1][:, :-1] = x[:, :-1], x[:, 1:]
    moved[2][:, :, 1:], moved[3][:, :, :-1] = x[:, :, :-1], x[:, :, 1:]
    np.testing.assert_allclose(views(x, translation=0.2), sum([x, *moved]) / 5, atol=1e-5)
    turned = x + np.rot90(x, 1, (1, 2)) + np.rot90(x, -1, (1, 2))
    np.testing.assert_allclose(views(x, rotation=90), turned / 3, atol=1e-5)
    np.testing.assert_allclose(views(x, mirror=True), (x + x[:, :, ::-1]) / 2, atol=1e-5)
    np.testing.assert_array_equal(views(x), x)


def by_scipy(image, angle=0.0, zoom=0.0, down=0.0, right=0.0):
    """Returns an image of two axes with bilinear values, zero outside."""
    places = np.stack(np.meshgrid(*map(np.arange, image.shape), indexing="ij")).astype(float)
    middle = (np.array(image.shape)[:, None, None] - 1) / 2
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    turn = np.array([[cosine, sine], [-sine, cosine]])
    seen = (1 + zoom) * np.einsum("ij,jhw->ihw", turn, places - middle) + middle
    seen += np.array([down * image.shape[0], right * image.shape[1]])[:, None, None]
    return ndimage.map_coordinates(image, seen, order=1, mode="grid-constant")


@pytest.mark.parametrize("mirror", [False, True])
def test_the_answer_is_the_mean_of_all_views(mirror):
    x, axes = images(), ("angle", "zoom", "down", "right")
    amounts = (20.0, 0.3, 0.2, 0.2)
    changes = [{}] + [
        {name: sign * amount}
        for name, amount in zip(axes, amounts, strict=True)
        for sign in (1, -1)
    ]
    kinds = [x, x[:, :, ::-1]] if mirror else [x]
    expected = np.zeros_like(x, "float64")
    for seen in kinds:
        for place in np.ndindex(len(x), SHAPE[-1]):
            at = (place[0], slice(None), slice(None), place[1])
            expected[at] += sum(by_scipy(seen[at], **change) for change in changes)
    found = TestTimeAugmentation(keras.layers.Identity(), **CHANGES, mirror=mirror)
    assert found.num_views == 9 * len(kinds)
    np.testing.assert_allclose(found(x), expected / found.num_views, atol=1e-5)


def network(**kwargs):
    inner = [
        keras.Input(SHAPE),
        Augmentation([keras.layers.RandomTranslation(0.3, 0.3)], seed=1),
        keras.layers.Conv2D(3, 3),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
        keras.layers.Dense(3, "softmax", dtype="float32"),
    ]
    averaged = TestTimeAugmentation(keras.Sequential(inner), **CHANGES, **kwargs)
    model = keras.Sequential([keras.Input(SHAPE), averaged])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_a_network_of_views_trains_and_is_saved_and_exported(policy, tmp_path):
    keras.config.set_dtype_policy(policy)
    try:
        model = network()
    finally:
        keras.config.set_dtype_policy("float32")
    x = images(30)
    before = np.array(model.weights[0])
    model.fit(x, np.arange(30) % 3, epochs=2, verbose=0)
    assert not np.array_equal(model.weights[0], before)
    answers = model.predict(x, verbose=0)
    assert answers.dtype == "float32" and answers.shape == (30, 3)
    alone = np.concatenate([model.predict(x[i : i + 1], verbose=0) for i in range(3)])
    tolerance = 1e-5 if policy == "float32" else 1e-2
    np.testing.assert_allclose(answers[:3], alone, atol=tolerance)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), answers, atol=tolerance)
    assert {**CHANGES, "mirror": False}.items() <= loaded.layers[0].get_config().items()
    model.export(tmp_path / "served", verbose=False)
    served = keras.layers.TFSMLayer(tmp_path / "served", call_endpoint="serve")
    np.testing.assert_allclose(served(x), answers, atol=tolerance)


def test_training_changes_nothing_but_what_the_network_does():
    layer = network().layers[0]
    x, inner = images(), layer.layer
    inner.layers[0].seed_generator.state.assign([3, 4])
    first = np.array(inner(x, training=True))
    inner.layers[0].seed_generator.state.assign([3, 4])
    np.testing.assert_allclose(layer(x, training=True), first, atol=1e-6)
    assert not np.allclose(layer(x), inner(x), atol=1e-4)


@pytest.mark.parametrize(
    "amounts, reason",
    [
        ({"rotation": -1}, "rotation to be a number, from 0 to below 360. Received: rotation=-1"),
        ({"translation": 1.0}, "translation to be a number, from 0 to below 1"),
        ({"zoom": 1.0}, "zoom to be a number, from 0 to below 1"),
        ({"mirror": 1}, "mirror to be True or False"),
    ],
)
def test_amounts_out_of_range_are_refused(amounts, reason):
    with pytest.raises(ValueError, match=reason):
        TestTimeAugmentation(keras.layers.Identity(), **amounts)


def test_what_is_no_image_is_refused():
    with pytest.raises(ValueError, match=r"Received: inputs of shape \(5, 63\). Reshape them"):
        TestTimeAugmentation(keras.layers.Identity())(np.zeros((5, 63), "float32"))
