"""What is measured of autoencoders, stacking and adversarial networks, by other ways."""

import numpy as np
import pytest
from sklearn.decomposition import sparse_encode

from kerasdeep.likelihood import frechet_distance, parzen_bandwidth, parzen_log_likelihood
from kerasdeep.recipes import data
from kerasdeep.recipes.features import features_of
from kerasdeep.recipes.judge import judge_of
from kerasdeep.recipes.retrieval import precision_of_bits, precision_of_nearest
from kerasdeep.recipes.saved.evaluate import evaluate_model
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.recipes.saved.sample import draw_samples
from tests.recipes.short import metrics_of, small, train

PICTURES = ("filters", "reconstructions", "codes", "interpolations", "learning_curves")


def trained(name, folder, pictures=PICTURES, options=(), **changes):
    """Returns the saved model of a short run, what it measured, and its data."""
    train(small(name, **changes), folder, **dict(options))
    for picture in pictures:
        assert (folder / f"{picture}.png").stat().st_size > 1000, picture
    return load_model(folder), metrics_of(folder), data.load("digits")


def test_an_autoencoder_is_measured_beside_principal_components(tmp_path):
    model, metrics, images = trained("autoencoder", tmp_path)
    (known, _), (rows, _) = images.train.arrays, images.test.arrays
    error = np.square(rows - np.array(model.reconstruct(rows))).sum(axis=1).mean()
    assert metrics["test"]["reconstruction_error"] == pytest.approx(error, rel=1e-4)
    middle = known.mean(axis=0)
    of_mean = np.square(rows - middle).sum(axis=1).mean()
    assert metrics["test"]["reconstruction_error_of_the_mean"] == pytest.approx(of_mean, rel=1e-4)
    components = np.linalg.svd(known - middle, full_matrices=False)[2][:10]
    centred = rows - middle
    lost = np.square(centred - centred @ components.T @ components).sum(axis=1).mean()
    assert metrics["test"]["reconstruction_error_of_pca"] == pytest.approx(lost, rel=1e-3)
    assert metrics["num_codes"] == 10


def test_an_autoencoder_starts_from_a_deep_belief_network(tmp_path):
    options = {"num_hidden": (60, 20), "pretrain_epochs": 10, "epochs": 1, "learning_rate": 1e-9}
    pretrained = trained("autoencoder", tmp_path / "yes", **options)[1]["test"]
    random = trained("autoencoder", tmp_path / "no", **options | {"pretrain_epochs": 0})[1]["test"]
    assert pretrained["reconstruction_error"] < 0.9 * random["reconstruction_error"]


def test_a_dictionary_is_measured_by_its_objective(tmp_path):
    pictures = (*PICTURES, "filters_scikit_learn")
    model, metrics, images = trained("sparse-coding", tmp_path, pictures, cost=0.4)
    rows = images.test.arrays[0].astype(float)
    columns = np.array(model.encoder.kernel, float).T
    codes = sparse_encode(rows, columns, algorithm="lasso_cd", alpha=0.4, max_iter=10_000)
    objective = np.square(rows - codes @ columns).sum(axis=1) / 2 + 0.4 * np.abs(codes).sum(axis=1)
    found = metrics["test"]
    assert found["objective"] == pytest.approx(objective.mean(), rel=1e-5)
    assert found["columns_of_objective"] == pytest.approx(np.count_nonzero(codes) / len(rows))
    assert found["objective_of_scikit_learn"] > 0
    said = [row[1] for row in evaluate_model(tmp_path)[1] if row[0] == "objective"]
    assert said == [f"{found['objective']:.3f}"]


def test_bits_are_compared_with_pixels_on_the_rows_learned_from(tmp_path):
    model, metrics, images = trained("semantic-hashing", tmp_path)
    (rows, labels), (queries, known) = images.train.arrays, images.test.arrays
    codes, asked = (np.array(model(part.reshape(-1, 8, 8, 1))) for part in (rows, queries))
    assert set(np.unique(codes)) <= {0.0, 1.0}
    found = metrics["test"]
    expected = precision_of_nearest(asked, known, codes, labels)
    assert found["precision"] == pytest.approx(expected)
    assert found["precision_of_pixels"] == pytest.approx(
        precision_of_nearest(queries, known, rows, labels)
    )
    assert found["share_of_ones"] == pytest.approx(asked.mean())
    assert metrics["validation"]["precision"] == precision_of_bits(model, images.unflattened())
    said = [row for row in evaluate_model(tmp_path)[1] if row[0] == "precision, 10 bits"]
    assert said == [("precision, 10 bits", f"{100 * expected:.2f} %", "of the 100 nearest")]


def test_codes_learn_to_make_the_mean_of_the_nearest_rows(tmp_path):
    """It varies less than rows do, so that training measures less error than validation."""
    for number, least, most in ((20, 0.0, 0.7), (1, 0.9, 1.1)):
        folder = tmp_path / str(number)
        history = trained("semantic-hashing", folder, num_near=number)[1]["history"]
        of_training, of_validation = (
            history[name][-1] for name in ("reconstruction_error", "val_reconstruction_error")
        )
        assert least < of_training / of_validation < most


def test_errors_of_blocks_are_those_of_their_outputs(tmp_path):
    pictures = ("filters", "mistakes", "learning_curves")
    network, metrics, images = trained("dsn", tmp_path, pictures, pretrain_epochs=1)
    rows, labels = images.test.arrays
    errors = []
    for block in network.blocks:
        outputs = 1 / (1 + np.exp(-(rows @ np.array(block.kernel) + block.hidden_bias)))
        outputs = outputs @ np.array(block.upper)
        errors.append((outputs.argmax(axis=1) != labels).mean())
        rows = np.concatenate([rows, outputs], axis=1)
    assert metrics["test"]["errors_of_blocks"] == pytest.approx(errors, abs=1e-6)
    assert metrics["test"]["error"] == metrics["test"]["errors_of_blocks"][-1]


@pytest.mark.parametrize("name", ["gan", "dcgan", "wgan"])
def test_drawings_are_compared_with_test_rows(name, tmp_path):
    pictures = ("samples", "sheets", "learning_curves")
    changes = {"conditional": int(name == "dcgan"), "num_noise": 5}
    model, metrics, images = trained(name, tmp_path, pictures, **changes)
    rows = images.test.arrays[0]
    model.seed_chains(0)
    drawn = np.array(model.sample(1000)).reshape(1000, -1)[: len(rows)]
    known = images.train.arrays[0][: len(rows)]
    found = metrics["test"]
    assert found["features"] == "pixels"
    assert found["frechet_distance"] == pytest.approx(frechet_distance(rows, drawn), rel=1e-4)
    real = frechet_distance(rows, known)
    assert found["frechet_distance_of_training_rows"] == pytest.approx(real, rel=1e-6)
    width = parzen_bandwidth(drawn, images.validation.arrays[0])
    assert found["parzen_bandwidth"] == width
    likelihood = parzen_log_likelihood(drawn, rows, width)
    assert found["parzen_log_likelihood"] == pytest.approx(likelihood.mean, rel=1e-4)
    likelihood = parzen_log_likelihood(known, rows, width)
    assert found["parzen_log_likelihood_of_training_rows"] == pytest.approx(likelihood.mean, 1e-4)
    shares = np.bincount(features_of(images).classes(drawn), minlength=10) / len(drawn)
    assert found["shares_of_classes"] == pytest.approx(list(shares))
    if model.num_classes:
        judge, labels = judge_of(images), np.repeat(np.arange(10), 100)
        asked = np.array(model.sample(labels=labels)).reshape(1000, -1)
        right = (judge.classes(asked) == labels).mean()  # of other drawings than the task's
        assert found["named_as_asked"] == pytest.approx(right, abs=0.06)  # four deviations
    assert len(metrics["history"]["val_frechet_distance"]) == 2
    _, table = evaluate_model(tmp_path)
    numbers = {title: number for title, number, _ in table}
    assert numbers["Frechet distance"] == f"{found['frechet_distance']:.2f}"
    assert numbers["rarest class"] == f"{100 * shares.min():.1f} %"
    assert draw_samples(tmp_path, 10, 1, 0).is_file()


def sorted_digits(folder):
    """The path of a file of noisy digits, one class after the other, more than a judge learns."""
    rows, labels = data.load("digits").train.arrays
    rows = np.repeat(rows[np.argsort(labels)], 10, axis=0)
    np.savez(folder / "sorted.npz", x=rows, y=np.repeat(np.sort(labels), 10))
    return str(folder / "sorted.npz")


def test_a_judge_knows_all_classes_of_a_sorted_file(tmp_path):
    images = data.load(sorted_digits(tmp_path))
    assert judge_of(images).error(images) < 0.05
    rows, _ = images.test.rows(200)
    known, _ = images.train.rows(200)
    mixed = np.random.default_rng(0).permutation(images.train.arrays[0])[:200]
    assert frechet_distance(rows, known) < 2 * frechet_distance(rows, mixed)


def test_one_class_is_drawn_without_naming_it(tmp_path):
    rows, labels = data.load("digits").train.arrays
    np.savez(tmp_path / "ones.npz", x=rows[labels == 1], y=labels[labels == 1])
    train(small("gan"), tmp_path / "run", dataset=str(tmp_path / "ones.npz"))
    assert "shares_of_classes" not in metrics_of(tmp_path / "run")["test"]


@pytest.mark.parametrize("name", ["autoencoder", "vae", "semantic-hashing", "sparse-coding", "gan"])
def test_one_test_row_is_refused_before_training(name, tmp_path):
    rows, labels = data.load("digits").train.arrays
    parts = {"x_train": rows, "y_train": labels, "x_test": rows[:1], "y_test": labels[:1]}
    np.savez(tmp_path / "few.npz", **parts)
    with pytest.raises(ValueError, match="at least two test rows. Received: 'few.npz' with 1"):
        train(small(name), tmp_path / "run", dataset=str(tmp_path / "few.npz"))
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("shape", [(8, 7), (4, 16), (4, 4, 4)])
def test_only_square_grey_images_are_turned(shape, tmp_path):
    rows = np.random.default_rng(0).random((60, *shape[:2], *(3,) * (len(shape) - 2)))
    np.savez(tmp_path / "odd.npz", x=rows.astype("float32"), y=np.arange(60) % 2)
    odd = str(tmp_path / "odd.npz")
    with pytest.raises(ValueError, match=r"square grey images. .* Pass --rotation 0"):
        train(small("dsn"), tmp_path / "run", dataset=odd)
    still = {"rotation": 0.0, "translation": 0.0, "zoom": 0.0}
    train(small("dsn", **still), tmp_path / "run", dataset=odd)


def test_a_code_from_a_deep_belief_network_has_a_layer_below_it():
    with pytest.raises(ValueError, match="num_hidden expects a hidden layer below the code"):
        small("autoencoder", num_hidden=(10,), pretrain_epochs=1)


def test_sheets_end_with_the_last_epoch(tmp_path):
    trained("gan", tmp_path, ("sheets",), epochs=3)
    assert [file.stem for file in sorted(tmp_path.glob("**/*.npy"))] == ["00001", "00002", "00003"]


def test_what_is_too_small_to_be_compared_is_refused(tmp_path):
    rows = np.random.default_rng(0).random((12, 5, 5))
    np.savez(tmp_path / "small.npz", x=rows)
    trained("gan", tmp_path / "two", ("samples",), {"dataset": str(tmp_path / "small.npz")})
    np.savez(tmp_path / "tiny.npz", x_train=rows, x_test=rows[:1])
    with pytest.raises(ValueError, match="gan expects at least two test rows.*with 1"):
        trained("gan", tmp_path / "run", (), {"dataset": str(tmp_path / "tiny.npz")})


def test_features_of_mnist_are_those_of_the_classifier_of_the_zoo():
    try:
        images = data.load("mnist")
    except ValueError as error:
        pytest.skip(f"real MNIST is not here: {error}")
    rows, labels = images.test.rows(300)
    features = features_of(images)
    assert features.name == "features of cnn"
    assert (features.classes(rows) == labels).mean() > 0.98
    seen = features.of(rows)
    assert seen.shape == (300, 1536) and np.isfinite(seen).all()
