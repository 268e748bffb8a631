"""The first minute, in seconds."""

import numpy as np
import pytest

from kerasdeep.likelihood import exact_log_partition, log_likelihood
from kerasdeep.recipes import demo, judge
from kerasdeep.recipes.demo import drawing, dream, learning
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.zoo.studies import demo as zoo
from tests.recipes.pages import Page, assert_self_contained
from tests.recipes.short import QUIET, metrics_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A short demo with a small model."""
    folder = tmp_path_factory.mktemp("runs") / "demo"
    with pytest.MonkeyPatch.context() as small:
        small.setattr(zoo, "NUM_HIDDEN", 12)
        small.setattr(learning, "DRAWS", 2)
        small.setattr(learning, "TEMPERATURES", 250)
        small.setattr(drawing, "STEPS", 20)
        small.setattr(dream, "LOOKS", (1, 2, 3))
        _, table = demo.run(demo.Options(output=str(folder), epochs=3), QUIET)
    assert all(len(row) == 3 for row in table)
    return folder


def test_the_demo_draws_classifies_saves_and_answers_the_same(folder):
    metrics = metrics_of(folder)
    drawings = metrics["drawings"]
    assert drawings["num_drawings"] == 500 and len(drawings["named_as_asked_by_class"]) == 10
    assert 0.3 < drawings["named_as_asked"] < 1  # 0.1 by chance
    assert drawings["judge_error"] < 0.02
    assert metrics["test"]["error"] < 0.5  # 0.9 by chance
    assert all(0 < error < 0.1 for error in metrics["test_error_of_others"].values())
    assert metrics["loaded_model_predicts_the_same"] is True
    assert metrics["exported_model_answers_the_same"] is True
    assert (folder / "serving" / "1" / "saved_model.pb").is_file()


def test_both_likelihoods_grow_and_ours_is_near_the_exact_one(folder):
    metrics = metrics_of(folder)
    found, of_pixels = (
        metrics[f"test_log_likelihood{name}"] for name in ("", "_of_independent_pixels")
    )
    assert {name: len(values) for name, values in found.items()} == {
        "kerasdeep": 3,
        "scikit-learn": 3,
    }
    assert all(-40 < values[0] < values[-1] < -15 for values in found.values())
    assert -40 < of_pixels < found["kerasdeep"][-1]
    model, rows = load_model(folder), learning.binary(learning.load().test, seed=0)
    exact = log_likelihood(model, rows, exact_log_partition(model.joint)).mean()
    assert found["kerasdeep"][-1] == pytest.approx(exact, abs=0.5)


def test_the_page_of_the_demo_holds_its_pictures_one_of_which_moves(folder):
    page = Page(folder / "report.html")
    assert_self_contained(page)
    moving = [getattr(picture, "n_frames", 1) for picture in page.pictures.values()]
    assert moving == [1, 1, 3]
    assert "drawings named as asked" in page.text and "kerasdeep evaluate" in page.text


def test_a_judge_names_real_digits_and_not_those_of_other_labels():
    images = learning.load()
    rows, labels = images.test.arrays
    real = np.stack([rows[labels == label][:20] for label in range(10)])
    assert judge.judged(images, real)["named_as_asked"] > 0.95
    assert judge.judged(images, real[::-1])["named_as_asked"] < 0.05


def test_an_epoch_has_every_row_several_times_with_its_label():
    images = learning.load()
    often = learning.repeated(images).train
    rows, labels = often.arrays
    assert len(rows) == often.num_rows == learning.DRAWS * images.train.num_rows
    np.testing.assert_array_equal(rows[images.train.num_rows :][:9], rows[:9])
    np.testing.assert_array_equal(often.chunks.labels(), labels)
