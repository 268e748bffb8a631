"""What a finished run left: read again, or named where it is damaged."""

import numpy as np
import pytest
import tensorflow as tf

import kerasdeep
from kerasdeep.recipes.runs.labels import write_labels
from kerasdeep.recipes.saved.evaluate import data_of, evaluate_model
from kerasdeep.recipes.saved.files import labels_of, load_model, read_metrics
from tests.recipes.short import metrics_of, small, train

LABELS = [10, 1000, 2000]


@pytest.mark.parametrize(
    "content",
    [
        "",
        '{"options": {"data',
        "[]",
        "\udcff",
        "[" * 100_000,
        '{"options": "mnist"}',
        '{"options": {"dataset": 3}}',
        '{"options": {"validation_every": "ten"}}',
        '{"options": {"seed": "ten"}}',
        '{"split": {"seed": null}}',
        '{"split": {"divisor": "255"}}',
        '{"image_shape": 28}',
        '{"image_shape": ["a"]}',
        '{"image_shape": [0, 28]}',
        '{"split": {"divisor": -255}}',
        '{"split": {"seed": -1}}',
        '{"options": {"validation_every": -3}}',
        '{"options": {"binarization": "rounded"}}',
    ],
)
def test_damaged_numbers_of_a_run_are_named(content, tmp_path):
    file = tmp_path / "metrics.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=f"Expected {file} as kerasdeep wrote it.* Received: "):
        read_metrics(tmp_path / "model.keras")


def test_a_model_without_numbers_has_none(tmp_path):
    assert read_metrics(tmp_path / "model.keras") == {}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory, stripes):
    """Folder of a run on whole numbers up to 49, of classes that are called 10, 1000 and 2000."""
    folder = tmp_path_factory.mktemp("labelled")
    with np.load(stripes) as arrays:
        x, y = (arrays["x"] * 50).astype(int), arrays["y"]
    np.savez(folder / "three.npz", x=x, y=np.array(LABELS)[y])
    np.savez(folder / "two.npz", x=x[y > 0] // 2, y=np.array(LABELS)[y[y > 0]])
    train(small("class-rbm"), folder / "run", dataset=str(folder / "three.npz"))
    return folder


def test_labels_are_kept_with_the_run_and_with_its_model(labelled):
    metrics = metrics_of(labelled / "run")
    assert metrics["split"]["labels"] == labels_of(labelled / "run") == LABELS
    assert metrics["split"]["divisor"] == 49
    rows = dict(row[:2] for row in evaluate_model(labelled / "run")[1])
    assert rows["error"] == f"{100 * metrics['test']['error']:.2f} %"
    assert labels_of("tests/golden/classification_rbm-0.1.0.keras") is None


def test_another_file_is_read_as_that_of_the_training_was(labelled):
    """One of two of the three classes, darker, does not hold classes 0 and 1 nor white pixels."""
    path = labelled / "run"
    images = data_of(path, load_model(path), str(labelled / "two.npz"))
    x, y = images.test.rows(100)
    assert set(y) == {1, 2} and x.max() == np.float32(24) / np.float32(49)


def test_the_exported_classifier_answers_with_labels(labelled, tmp_path):
    path = labelled / "run"
    folder = kerasdeep.export(load_model(path), tmp_path, labels=labels_of(path))
    x = np.eye(36, dtype="float32")
    answers = tf.saved_model.load(str(folder)).signatures["serving_default"](inputs=x)
    expected = np.array(LABELS)[np.argmax(answers["probabilities"], axis=1)]
    np.testing.assert_array_equal(answers["label"], expected)


@pytest.mark.parametrize("labels", [[3, 1], ["a"], 7, [1, 1], [True, 2], []])
def test_damaged_labels_are_named(labels, tmp_path):
    write_labels(tmp_path / "model.keras", labels)
    with pytest.raises(ValueError, match="as labels.json in .*/model.keras. Received: "):
        labels_of(tmp_path)
