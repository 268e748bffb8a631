"""What tasks measure, save and draw."""

import dataclasses
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest

from kerasdeep import zoo
from kerasdeep.likelihood import (
    annealed_importance_sampling,
    exact_log_likelihood,
    log_likelihood,
    lower_bound,
)
from kerasdeep.recipes import data
from kerasdeep.recipes.results.from_runs import result_of
from kerasdeep.recipes.runs.job import Trained
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.saved.evaluate import evaluate_model
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.recipes.saved.sample import draw_samples
from kerasdeep.recipes.tasks.network import mistakes
from tests import oracles
from tests.recipes.short import metrics_of, small, train


def test_binary_data_gets_a_likelihood_and_small_models_an_exact_one(tmp_path):
    """Of the saved model on test rows, by sums over all hidden states or by longer annealing."""
    for name, size, ways in (("rbm", 30, {"forward", "reverse"}), ("rbm-20", 12, {"exact"})):
        folder, options = tmp_path / name, {"binarization": "threshold"}
        train(small(name, num_hidden=size, epochs=1, temperatures=200), folder, **options)
        found = metrics_of(folder)["test_log_likelihood"]
        assert set(found) == ways
        rbm, test = load_model(folder), TrainOptions(**options).load().test
        rows = np.concatenate(list(test.batches(1000).as_numpy_iterator()))
        if name == "rbm":
            log_z = annealed_importance_sampling(rbm, rows, 1000, verbose=0).mean
            expected, bound = log_likelihood(rbm, rows, log_z).mean(), 0.05
        else:
            weights = [np.array(w, float) for w in (rbm.kernel, rbm.visible_bias, rbm.hidden_bias)]
            expected, bound = oracles.bernoulli_log_likelihood(*weights, rows), 1e-3
        for estimate in found.values():
            assert estimate["mean"] == pytest.approx(expected, abs=bound)


@pytest.mark.parametrize("name", ["class-rbm", "class-rbm-generative"])
def test_a_classification_rbm_learns_saves_and_draws_by_label(name, tmp_path):
    table = train(dataclasses.replace(zoo.get(name), num_hidden=200, epochs=6), tmp_path)
    assert metrics_of(tmp_path)["test"]["error"] < 0.5  # 0.9 by chance
    assert table[0][0] == "test error"
    for file in ("model.keras", "filters.png", "learning_curves.png"):
        assert (tmp_path / file).is_file()
    assert draw_samples(tmp_path, 4, 10, 0).is_file()
    assert (tmp_path / "by_label.png").is_file() is (name == "class-rbm-generative")


def test_features_of_a_convolutional_rbm_tell_digits_apart(tmp_path):
    train(zoo.get("conv-rbm"), tmp_path)
    assert metrics_of(tmp_path)["test"]["error_of_features"] < 0.12  # 0.9 by chance
    for file in ("model.keras", "filters.png", "reconstructions.png", "learning_curves.png"):
        assert (tmp_path / file).is_file()
    dataset, rows = evaluate_model(tmp_path)
    names = [row[0] for row in rows]
    assert dataset == "digits"
    assert names == ["free energy", "pseudo log likelihood", "reconstruction error"]
    assert draw_samples(tmp_path, 4, 10, 0).stat().st_size > 1000


@pytest.mark.parametrize(
    "name, changes, pictures",
    [
        ("mlp", {"num_hidden": (64,), "dropout": 0.0, "epochs": 12}, set()),
        ("cnn", {"num_filters": (8, 16), "epochs": 12}, {"receptive_fields", "feature_maps"}),
    ],
)
def test_a_network_learns_and_shows_what_it_got_wrong(name, changes, pictures, tmp_path):
    table = train(small(name, **changes), tmp_path)
    metrics = metrics_of(tmp_path)
    assert metrics["test"]["error"] < 0.2  # 0.9 by chance
    assert table[0] == ("test error", f"{100 * metrics['test']['error']:.2f} %", "of all test rows")
    model = load_model(tmp_path)
    weights = sum(np.size(weight) for weight in model.trainable_weights)
    assert metrics["num_weights"] == weights
    drawn = {file.stem for file in tmp_path.glob("*.png")}
    assert drawn >= pictures | {"filters", "mistakes", "learning_curves"}
    assert "kerasdeep sample" not in (tmp_path / "report.html").read_text()
    _, rows = evaluate_model(tmp_path)
    assert ("accuracy", f"{metrics['test']['accuracy']:.4g}", "") in [tuple(row) for row in rows]


@pytest.mark.parametrize("twin", [0, 1])
def test_a_pretrained_network_has_a_twin_where_asked_for(twin, stripes, tmp_path):
    table = train(small("dbn-dnn", twin=twin), tmp_path, dataset=stripes)
    assert list(metrics_of(tmp_path)["results"]) == ["pretrained", "random"][: 1 + twin]
    assert (tmp_path / "learning_curves_random.png").is_file() is bool(twin)
    assert [name for name, *_ in table if "random weights" in name] == [
        "test error, random weights"
    ] * twin
    assert len(result_of([tmp_path])["measured"]) == 1 + twin


def test_a_deep_boltzmann_machine_is_measured_drawn_and_fine_tuned(tmp_path):
    entry = small("dbm", num_hidden=(40, 40), epochs=20, fine_tune_epochs=20, dropout=0.0)
    options = {"binarization": "threshold"}
    table = dict(row[:2] for row in train(entry, tmp_path, **options))
    found = metrics_of(tmp_path)
    assert found["classifier"]["error"] < 0.4  # 0.9 by chance
    assert table["test error, fine-tuned"] == f"{100 * found['classifier']['error']:.2f} %"
    model, images = load_model(tmp_path), TrainOptions(**options).load()
    rows, labels = images.test.arrays
    rows = np.float32(rows > 0.5)
    wrong = np.argmax(model.class_probabilities(rows), axis=1) != labels
    assert found["test_error_by_label_units"] == pytest.approx(wrong.mean(), abs=1e-6)
    log_z = annealed_importance_sampling(model, rows, 1000, verbose=0).mean
    bound = lower_bound(model, rows, log_z).mean()
    for estimate in found["test_log_likelihood"].values():
        assert estimate["mean"] == pytest.approx(bound, abs=1.5)
    assert found["drawings"]["num_drawings"] == 1000
    told = result_of([tmp_path])["measured"]
    assert told["error, fine-tuned"] == Decimal(f"{100 * found['classifier']['error']:.2f}")
    assert {"AIS (3 standard errors)", "reverse AIS", "drawings named as asked"} < set(told)
    assert len(found["drawings"]["named_as_asked_by_class"]) == 10
    for file in ("model.keras", "classifier.keras", "by_label.png", "fantasies.png"):
        assert (tmp_path / file).is_file()
    assert draw_samples(tmp_path, 4, 10, 0).is_file()


def test_a_generative_network_is_measured_with_a_bound_and_without_labels(tmp_path):
    entry = small("dbn", epochs=1, pretrain_epochs=1, label_units=0)
    train(entry, tmp_path, binarization="threshold")
    found = metrics_of(tmp_path)
    # The highest RBM has ten hidden units: its partition function is a sum.
    assert set(found["test_log_likelihood"]) == {"exact"} and "drawings" not in found
    assert draw_samples(tmp_path, 4, 10, 0).is_file()


def test_a_belief_network_gets_a_bound_of_binary_data_alone(tmp_path):
    train(small("sbn"), tmp_path / "grey")
    assert "log_likelihood_bound" not in metrics_of(tmp_path / "grey")["test"]
    train(small("sbn", num_hidden=(6, 4)), tmp_path / "binary", binarization="threshold")
    found = metrics_of(tmp_path / "binary")["test"]["log_likelihood_bound"]
    rows = np.float32(TrainOptions().load().test.arrays[0] > 0.5)
    exact = exact_log_likelihood(load_model(tmp_path / "binary"), rows).mean()
    assert exact - 3 < found < exact
    assert draw_samples(tmp_path / "binary", 4, 10, 0).is_file()


def test_of_a_network_that_averages_views_the_pictures_are_those_of_the_network(tmp_path):
    entry = small("cnn", rotation=10.0, test_time_augmentation=0.5)
    train(entry, tmp_path, precision="mixed_float16")
    for file in ("filters.png", "feature_maps.png", "exciting_patches.png", "mistakes.png"):
        assert (tmp_path / file).is_file()
    model, test = load_model(tmp_path), TrainOptions(dataset="digits").load().test
    rows, labels = test.arrays
    probabilities = model.predict(rows.reshape(-1, 8, 8, 1), verbose=0)
    error = (probabilities.argmax(axis=1) != labels).mean()
    assert metrics_of(tmp_path)["test"]["error"] == pytest.approx(error, abs=1e-6)


def test_mistakes_are_called_what_the_data_calls_them():
    """Of three rows one is right; of the others the surer one comes first."""
    images = data.load("digits")
    rows, _ = images.test.rows(3)
    test = SimpleNamespace(arrays=(rows, np.array([0, 2, 1])))
    sure = np.array([[0.9, 0.1, 0.0], [0.3, 0.6, 0.1], [0.8, 0.1, 0.1]])
    drawn = SimpleNamespace(
        test=test, labels=(3, 5, 7), num_classes=3, image_shape=images.image_shape
    )
    figure = mistakes(sure, SimpleNamespace(images=drawn))
    assert figure.get_suptitle() == "2 of 3 test images named wrong, the surest first"
    assert [axes.get_title() for axes in figure.axes] == ["5 as 3", "7 as 5"]


def test_the_time_of_a_training_names_its_epochs():
    trained = Trained(None, {}, 2.04)
    assert trained.time(1) == ("training time", "2.0", "s for 1 epoch")
    assert trained.time(1, 1)[2] == "s for 1 + 1 epochs"
    assert trained.time(3, of="of each")[2] == "s for 3 epochs of each"
