"""Models that earlier versions saved load, answer, and learn as they did."""

import keras
import numpy as np
import pytest

from tests.golden.make import FOLDER, MODELS, answers

FILES = sorted(FOLDER.glob("*.keras"))


def test_every_class_has_a_golden_file():
    assert {path.stem.partition("-")[0] for path in FILES} == set(MODELS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_file_loads_and_answers_as_recorded(path):
    """Draws of zeros and ones, labels and patterns exactly; other numbers, all of them near 1, to
    eight units of their last place: another processor sums products in another order and has
    another exp, which moved the means of hidden units by up to six."""
    now = answers(path.stem.partition("-")[0], keras.models.load_model(path))
    with np.load(path.with_suffix(".npz")) as recorded:
        assert set(recorded) == set(now)
        for name, value in recorded.items():
            np.testing.assert_allclose(now[name], value, rtol=0, atol=1e-6, err_msg=name)
