"""Digits drawn by their label from a saved model."""

import numpy as np
import pytest

from kerasdeep import pictures
from kerasdeep.models import DBM, DBN, ClassificationRBM, GenerativeDBN, SigmoidBeliefNetwork
from kerasdeep.recipes.gallery import fantasy_chain
from kerasdeep.recipes.saved.sample import draw_lower_halves, draw_samples
from tests.recipes.short import small, train


def one_pixel_a_class():
    """Returns a model of four classes and pixels: a hidden unit turns on both of a kind."""
    model = ClassificationRBM(4, 4, seed=0)
    model.build((None, 4))
    model.joint.kernel.assign(np.vstack([12 * np.eye(4), 12 * np.eye(4)]))
    model.joint.visible_bias.assign(np.full(8, -6.0))
    model.joint.hidden_bias.assign(np.full(4, -8.0))
    return model


def test_every_chain_draws_its_class():
    labels = np.array([2, 0, 3, 1, 1])
    chain = fantasy_chain(one_pixel_a_class(), 5, (1, 20), labels=labels)
    assert chain.shape == (2, 5, 4)
    np.testing.assert_array_equal(chain[-1].round(), np.eye(4)[labels])


def test_a_picture_of_all_classes_is_written(tmp_path):
    one_pixel_a_class().save(tmp_path / "model.keras")
    file = draw_samples(tmp_path / "model.keras", 8, 20, seed=0)
    assert file == tmp_path / "samples-1.png" and file.stat().st_size > 1000


@pytest.mark.parametrize("make", [DBN, DBM, GenerativeDBN])
def test_deep_models_draw_what_is_hidden_of_images(make, tmp_path):
    model = make([6, 4], seed=0)
    model.build((None, 64))
    model.save(tmp_path / "model.keras")
    file = draw_lower_halves(tmp_path / "model.keras", "digits", 4, 10, seed=0)
    assert file.stat().st_size > 1000


def test_a_model_whose_units_cannot_be_held_is_refused(tmp_path):
    model = SigmoidBeliefNetwork([4], seed=0)
    model.build((None, 64))
    model.save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="a model whose units can be held. Received: .*Sigmoid"):
        draw_lower_halves(tmp_path / "model.keras", "digits", 4, 10, seed=0)


def test_lower_halves_are_those_of_the_upper_ones(tmp_path):
    """Two pixels a class, one of them hidden: the model draws it with the other."""
    model = ClassificationRBM(4, 2, seed=0)
    model.build((None, 4))
    model.joint.kernel.assign(12 * np.vstack([np.eye(4)[[0, 1, 0, 1]], np.eye(4)[:2]]))
    model.joint.visible_bias.assign(np.full(6, -6.0))
    model.joint.hidden_bias.assign(np.full(4, -8.0))
    upper = np.array([True, True, False, False])
    rows = np.array([[1, 0, 0, 0], [0, 1, 0, 0]])
    drawn = np.asarray(model.sample(initial=rows, steps=20, clamped=upper, mean=True))
    np.testing.assert_array_equal(drawn.round(), [[1, 0, 1, 0], [0, 1, 0, 1]])


def test_drawings_have_the_shape_and_the_names_that_a_model_knows(tmp_path, monkeypatch):
    """Of images that are no squares, whose model came alone, and labels that begin at 3."""
    rows = np.random.default_rng(0).random((60, 8, 6)).astype("float32")
    np.savez(tmp_path / "odd.npz", x=rows, y=np.arange(60) % 2 * 5 + 3)
    train(small("dcgan", conditional=1), tmp_path / "run", dataset=str(tmp_path / "odd.npz"))
    drawn, draw = [], pictures.named_images

    def watched(images, shape, names, title):
        drawn.append((tuple(shape), names))
        return draw(images, shape, names, title)

    monkeypatch.setattr(pictures, "named_images", watched)
    (tmp_path / "alone").mkdir()
    (tmp_path / "run" / "model.keras").rename(tmp_path / "alone" / "model.keras")
    draw_samples(tmp_path / "alone" / "model.keras", 3, 1, seed=0)
    assert drawn == [((8, 6), ["3", "8", "3"])]
