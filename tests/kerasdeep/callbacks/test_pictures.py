"""Pictures and the callback that writes them to TensorBoard."""

import keras
import numpy as np
import pytest

from kerasdeep import pictures
from kerasdeep.callbacks import Pictures
from kerasdeep.models import DBN, RBM


def test_image_grid_places_every_image():
    images = np.arange(3)[:, None] * np.ones((3, 6)) / 2
    grid = pictures.image_grid(images, (2, 3), columns=2)
    assert grid.shape == (5, 7, 3)
    assert grid[:2, :3].max() == 0.0  # the first image is black
    assert (grid[:2, 4:] == 0.5).all() and (grid[3:, :3] == 1.0).all()
    assert (grid[2] == 0.5).all()  # the line between two rows


def test_image_grid_shows_colours():
    colours = np.eye(3)
    np.testing.assert_array_equal(pictures.image_grid(colours, (1, 1, 3), 3, padding=0)[0], colours)


def test_filters_keep_their_sign_and_the_strongest():
    kernel = np.zeros((4, 200))
    kernel[0, 7], kernel[3, 7] = 2.0, -1.0
    axes = pictures.filters(kernel, (2, 2), max_filters=1).axes[0]
    shown = np.array(axes.images[0].get_array())
    np.testing.assert_allclose(shown[..., 0], [[1.0, 0.5], [0.5, 0.25]])


def test_learning_curves_draw_training_beside_validation():
    figure = pictures.learning_curves({"loss": [2.0, 1.0], "val_loss": [3.0, 2.0], "gap": [0.1]})
    lines = {axes.get_title(): len(axes.lines) for axes in figure.axes if axes.lines}
    assert lines == {"loss": 2, "gap": 1}


@pytest.mark.parametrize("number", [0, 3, 12])
def test_a_title_of_few_named_images_is_not_cut(number):
    title = f"{number} of 359 test images named wrong, the surest first"
    figure = pictures.named_images(np.zeros((number, 64)), (8, 8), number * ["3 as 5"], title)
    figure.draw_without_rendering()
    (text,) = [text for text in figure.texts if text.get_text() == title]
    left, right = text.get_window_extent().intervalx
    assert left > 0 and right < figure.bbox.width


def test_an_epoch_alone_is_seen():
    (axes,) = pictures.learning_curves({"loss": [1.0]}).axes
    assert axes.lines[0].get_marker() == "."


def test_reconstructions_stand_below_their_images():
    images, reconstructed = np.zeros((4, 4)), np.ones((4, 4))
    figure = pictures.reconstructions(images, reconstructed, (2, 2), columns=2)
    column = np.array(figure.axes[0].images[0].get_array())[:, 0, 0]
    assert column[[0, 3, 6, 9]].tolist() == [0.0, 1.0, 0.0, 1.0]


def test_other_figures_can_be_saved(tmp_path):
    kernel = np.random.default_rng(0).normal(size=(9, 60))
    for figure in (
        pictures.fantasies(np.random.default_rng(0).random((2, 3, 9)), [1, 10], (3, 3)),
        pictures.filters_before_after(kernel, kernel + 0.1, (3, 3)),
    ):
        figure.savefig(tmp_path / "figure.png")
        assert (tmp_path / "figure.png").stat().st_size > 1000


def test_the_callback_refuses_an_image_shape_that_does_not_fit(digits):
    with pytest.raises(ValueError, match="images of 72 values"):
        Pictures("logs", digits[0][:4], (8, 9))


@pytest.mark.parametrize("make", [lambda: RBM(8), lambda: DBN([8, 6])], ids=["rbm", "dbn"])
def test_the_callback_writes_images_for_tensorboard(make, digits, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    model = make()
    model.compile()
    x = digits[0][:100]
    callbacks = [
        Pictures(tmp_path, x[:4], (8, 8), every=1, steps=2),
        keras.callbacks.TensorBoard(tmp_path / "scalars"),
    ]
    model.fit(x, epochs=1, verbose=0, callbacks=callbacks)
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert set(events.Tags()["tensors"]) >= {"filters", "reconstructions", "fantasies"}
