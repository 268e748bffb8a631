"""Data sets: reading, scaling, splitting, binarizing, streaming, and errors that help."""

import types

import numpy as np
import pytest

from kerasdeep.recipes import data
from kerasdeep.recipes.data import tensorflow_dataset


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (500, 6, 5), dtype="uint8"), rng.integers(0, 3, 500)


@pytest.fixture
def npz(images, tmp_path):
    path = tmp_path / "images.npz"
    np.savez_compressed(path, x=images[0], y=images[1])
    return str(path)


def rows_of(split, **arguments):
    return np.concatenate(list(split.batches(64, **arguments).as_numpy_iterator()))


def test_digits_are_split_into_rows_that_do_not_overlap():
    digits = data.load("digits")
    splits = [digits.train, digits.validation, digits.test]
    assert [split.num_rows for split in splits] == [1295, 143, 359]
    rows = np.concatenate([rows_of(split) for split in splits])
    assert rows.shape == (1797, 64)
    assert rows.min() == 0.0 and rows.max() == 1.0
    assert len(np.unique(rows, axis=0)) == 1797
    assert digits.described()["test"]["num_rows"] == 359
    assert digits.image_shape == (8, 8) and digits.num_classes == 10


@pytest.mark.parametrize("stream", [False, True])
def test_npz_files_keep_images_beside_their_labels(npz, images, stream):
    loaded = data.load(npz, stream=stream)
    assert loaded.image_shape == (6, 5) and loaded.num_classes == 3
    found = {}
    for split in (loaded.train, loaded.validation, loaded.test):
        for x, y in split.epochs(32, 0, 1, labels=True).as_numpy_iterator():
            found |= {row.tobytes(): label for row, label in zip(x, y, strict=True)}
    expected = (images[0].reshape(500, -1) / np.float32(255)).astype("float32")
    assert found == {row.tobytes(): label for row, label in zip(expected, images[1], strict=True)}


def test_some_rows_stand_for_all_where_a_file_is_sorted(tmp_path):
    x, y = (
        np.arange(600, dtype="uint8").reshape(600, 1).repeat(4, axis=1),
        np.repeat([0, 1, 2], 200),
    )
    np.savez(tmp_path / "mnist.npz", x=x, y=y)
    loaded = data.load(str(tmp_path / "mnist.npz"))
    assert loaded.name == "mnist.npz"  # and not mnist
    for number in (30, 500):
        rows, labels = loaded.train.rows(number)
        assert len(rows) == min(number, loaded.train.num_rows)
        assert np.bincount(labels).min() >= len(labels) // 3 - 1
        assert len(np.unique(loaded.train.some(number))) == len(rows)
    rows, labels = loaded.train.rows(500)
    np.testing.assert_array_equal(labels, loaded.train.arrays[1])
    digits = data.load("digits")  # in no order
    np.testing.assert_array_equal(digits.train.rows(50)[0], digits.train.arrays[0][:50])


def test_streams_and_arrays_hold_the_same_rows(npz):
    first, second = data.load(npz, stream=False), data.load(npz, stream=True)
    for name in ("train", "validation", "test"):
        one, other = rows_of(getattr(first, name)), rows_of(getattr(second, name))
        np.testing.assert_array_equal(one, other)
        assert len(getattr(second, name).batches(64)) == -(-len(one) // 64)


def test_keras_style_npz_files_have_their_own_test_set(images, tmp_path):
    x, y = images
    np.savez(tmp_path / "a.npz", x_train=x[:400], y_train=y[:400], x_test=x[400:], y_test=y[400:])
    loaded = data.load(str(tmp_path / "a.npz"))
    assert [s.num_rows for s in (loaded.train, loaded.validation, loaded.test)] == [360, 40, 100]


@pytest.mark.parametrize(
    ("array", "maximum"),
    [
        (np.random.default_rng(0).random((200, 36)), 1.0),
        (np.random.default_rng(0).random((200, 36)) > 0.5, 1.0),
        (np.random.default_rng(0).integers(0, 2, (200, 36)), 1.0),
        (np.random.default_rng(0).integers(0, 256, (200, 36)), 1.0),
    ],
    ids=["floats", "booleans", "zeros and ones", "grey levels"],
)
def test_npy_files_of_any_number_type_are_scaled_to_the_unit_interval(array, maximum, tmp_path):
    np.save(tmp_path / "x.npy", array)
    loaded = data.load(str(tmp_path / "x.npy"))
    rows = rows_of(loaded.train)
    assert rows.dtype == "float32" and rows.min() >= 0.0
    assert rows.max() == pytest.approx(maximum, abs=0.01)
    assert loaded.image_shape == (6, 6) and loaded.num_classes is None


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("largest", "dtype", "divisor"),
    [
        (16, "int64", 16),
        (16, "uint8", 16),
        (200, "uint8", 255),
        (255, "float32", 255),
        (4095, "uint16", 4095),
        (1, "uint8", 1),
    ],
)
def test_whole_numbers_are_divided_by_the_largest(largest, dtype, divisor, stream, tmp_path):
    """It stands in the second chunk of rows that are read."""
    x = np.random.default_rng(0).integers(0, 2, (5000, 4)).astype(dtype)
    x[4500:] = largest
    np.save(tmp_path / "x.npy", x)
    loaded = data.load(str(tmp_path / "x.npy"), stream=stream)
    assert loaded.divisor == loaded.described()["divisor"] == divisor
    assert rows_of(loaded.train).max() == np.float32(largest) / np.float32(divisor)
    said = [f"x.npy: whole numbers, divided by their largest, {divisor}"]
    assert loaded.notes() == (said if divisor not in (1, 255) else [])


def test_whole_numbers_are_divided_by_what_a_model_was_trained_with(tmp_path):
    fractions, whole = np.full((50, 4), 0.5), np.full((50, 4), 8)
    for x, value in ((whole, 0.5), (fractions, 0.5), (whole * 2, 1.0)):
        np.save(tmp_path / "x.npy", x)
        assert (rows_of(data.load(str(tmp_path / "x.npy"), divisor=16).test) == value).all()
    np.save(tmp_path / "x.npy", whole * 3)
    with pytest.raises(ValueError, match=r"whole numbers up to 16 in .*x.npy. Received: min=24"):
        rows_of(data.load(str(tmp_path / "x.npy"), divisor=16).test)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("labels", [tuple(range(1, 11)), (0, 1000, 2000)])
def test_labels_are_classes_in_their_order(labels, stream, tmp_path):
    y = np.tile(labels, 20)
    np.savez(tmp_path / "a.npz", x=y[:, None] / 2000 * np.ones(4), y=y)
    loaded = data.load(str(tmp_path / "a.npz"), stream=stream)
    assert loaded.labels == loaded.described()["labels"] == labels
    assert loaded.num_classes == len(labels)
    assert loaded.described()["test"]["class_counts"] == [4] * len(labels)
    x, classes = loaded.train.rows(100)
    np.testing.assert_allclose(np.array(labels)[classes], x[:, 0] * 2000, atol=1e-3)
    shown = "0, 1000, 2000" if len(labels) == 3 else "1, 2, 3, ..., 10"
    assert loaded.notes() == [f"a.npz: labels {shown} are classes 0 to {len(labels) - 1}"]


def test_labels_are_classes_of_the_model_that_is_asked(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones((60, 4)), y=np.tile([20, 30], 30))
    loaded = data.load(str(tmp_path / "a.npz"), labels=[10, 20, 30])
    assert loaded.num_classes == 3 and set(loaded.test.rows(12)[1]) == {1, 2}
    with pytest.raises(ValueError, match="10, 20. Received: 30 in "):
        data.load(str(tmp_path / "a.npz"), labels=[10, 20])


def test_rows_that_do_not_fit_into_memory_are_an_error_that_names_the_file(npz, monkeypatch):
    def exhausted(arrays):
        raise MemoryError

    train = data.load(npz, stream=False).train
    monkeypatch.setattr(np, "concatenate", exhausted)
    with pytest.raises(ValueError, match=f"memory for all 360 rows of {npz}.* Pass --stream"):
        train.rows(10)


def test_thresholds_give_zeros_and_ones():
    assert set(np.unique(rows_of(data.load("digits", "threshold").train))) == {0.0, 1.0}


@pytest.mark.parametrize("stream", [False, True])
def test_stochastic_binarization_is_new_in_every_epoch_and_has_the_right_mean(stream):
    """Mean over 60 epochs of 64 pixels: within 5 standard errors, false alarm below 1e-4."""
    digits = data.load("digits", "stochastic", stream=stream)
    grey = data.load("digits").train.arrays[0].mean(axis=0)
    rows = np.concatenate(list(digits.train.epochs(100, 0, 60, seed=1).as_numpy_iterator()))
    epochs = np.split(rows, 60)
    assert set(np.unique(epochs[0])) == {0.0, 1.0}
    assert not np.array_equal(epochs[0].sum(axis=0), epochs[1].sum(axis=0))
    mean = np.mean([epoch.mean(axis=0) for epoch in epochs], axis=0)
    np.testing.assert_allclose(mean, grey, atol=5 * 0.5 / np.sqrt(60 * 1295))


def test_unshuffled_binarization_repeats():
    test = data.load("digits", "stochastic").test
    np.testing.assert_array_equal(rows_of(test), rows_of(test))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("binarization", ["none", "stochastic"])
def test_an_epoch_depends_on_the_seed_and_its_number_alone(stream, binarization):
    train = data.load("digits", binarization, stream=stream).train

    def rows(first, last, seed):
        return np.concatenate(list(train.epochs(64, first, last, seed).as_numpy_iterator()))

    whole = rows(0, 3, seed=1)
    np.testing.assert_array_equal(whole[2 * train.num_rows :], rows(2, 3, seed=1))
    first, second, third = np.split(whole, 3)
    others = rows(0, 1, seed=2), second, third
    assert not any(np.array_equal(first, other) for other in others)
    assert not np.array_equal(second, third)
    if binarization == "none":
        for other in others:
            np.testing.assert_array_equal(np.sort(first, axis=0), np.sort(other, axis=0))


def test_targets_stay_beside_their_rows():
    train = data.load("digits").train
    targets = 2 * train.images()
    for x, y in train.epochs(100, 0, 2, targets=targets).as_numpy_iterator():
        np.testing.assert_array_equal(2 * x, y)
    with pytest.raises(ValueError, match="Leave --stream out"):
        data.load("digits", stream=True).train.epochs(100, 0, 1, targets=targets)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("num_rows", "every"), [(4097, 10), (12000, 5000)])
def test_chunks_without_a_row_of_a_split_do_no_harm(num_rows, every, stream, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((num_rows, 4), "float32"))
    loaded = data.load(str(tmp_path / "x.npy"), validation_every=every, stream=stream)
    for split in (loaded.train, loaded.test):
        assert len(rows_of(split)) == split.num_rows


def test_no_rows_are_held_out_where_none_are_asked_for():
    whole, part = data.load("digits", validation_every=0), data.load("digits")
    assert whole.validation is None
    assert whole.train.num_rows == part.train.num_rows + part.validation.num_rows
    np.testing.assert_array_equal(rows_of(whole.test), rows_of(part.test))


def test_tensorflow_datasets_are_read_by_name(tmp_path):
    import tensorflow_datasets as tfds

    class TinyImages(tfds.core.GeneratorBasedBuilder):
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            features = {"image": tfds.features.Image(shape=(6, 6, 1)), "label": _two_classes(tfds)}
            return self.dataset_info_from_configs(features=tfds.features.FeaturesDict(features))

        def _split_generators(self, manager):
            return {"train": self._examples(40), "test": self._examples(10)}

        def _examples(self, count):
            for index in range(count):
                yield index, {"image": np.full((6, 6, 1), 5 * index, "uint8"), "label": index % 2}

        _generate_examples = _examples

    TinyImages(data_dir=tmp_path).download_and_prepare()
    tfds.core.add_data_dir(tmp_path)
    loaded = data.load("tiny_images")
    assert loaded.image_shape == (6, 6) and loaded.num_classes == 2
    assert [s.num_rows for s in (loaded.train, loaded.validation, loaded.test)] == [36, 4, 10]
    x, y = loaded.test.arrays
    np.testing.assert_allclose(sorted(x[:, 0] * 255 / 5), range(10), atol=1e-4)
    np.testing.assert_array_equal(np.round(x[:, 0] * 255 / 5) % 2, y)


def test_a_data_set_without_a_split_named_train_is_refused(monkeypatch):
    import tensorflow_datasets as tfds

    features = {"image": tfds.features.Image(shape=(6, 6, 1)), "label": _two_classes(tfds)}
    info = types.SimpleNamespace(features=features, splits={"all": None})
    stub = types.SimpleNamespace(info=info)
    monkeypatch.setattr(tensorflow_dataset, "_builder", lambda name, download: stub)
    with pytest.raises(ValueError, match="a split named train. Received: 'odd' with all"):
        data.load("odd")


def _two_classes(tfds):
    return tfds.features.ClassLabel(num_classes=2)


def test_a_data_set_that_is_not_there_is_an_error_that_names_the_folder():
    with pytest.raises(ValueError, match="TFDS_DATA_DIR to the folder that holds it"):
        data.load("cmaterdb")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("digit", "Did you mean 'digits'"),
        ("nowhere/x.npz", "where there is none"),
        ("foreign.npz", "not a zip file"),
        ("truncated.npy", "Received"),
        ("vector.npy", "shape"),
        ("empty.npy", "is empty"),
        ("words.npy", "type"),
        ("unlabelled.npz", "5 labels"),
        ("negative.npz", "labels from -1, not from 0"),
        ("strange.npz", "no 'x'"),
        ("classes.npz", "labels of those to train with, 0, 1, 2. Received: 7 in 'classes.npz'"),
        ("half.npz", "labels of only one of 'x_train' and 'x_test'"),
        ("objects.npz", "an array of type object"),
        ("named.npz", "Object arrays cannot be loaded"),
        ("damaged.npz", "Bad CRC-32"),
        ("huggingface:mnist", "one of a community"),
        ("huggingface:mnist/x:1.0.0", "one of a community"),
        ("widths.npz", "to train, .* to test"),
        ("few.npy", "rows enough"),
    ],
)
def test_bad_data_sets_are_refused_with_a_way_out(name, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.zeros((50, 4), "float32")
    (tmp_path / "foreign.npz").write_text("not a zip file")
    (tmp_path / "truncated.npy").write_bytes(b"\x93NUMPY\x01\x00")
    np.save("vector.npy", x[0])
    np.save("empty.npy", x[:0])
    np.save("words.npy", np.array([["a", "b"]]))
    np.save("few.npy", x[:3])
    np.savez("unlabelled.npz", x=x, y=np.arange(5))
    np.savez("negative.npz", x=x, y=np.full(50, -1))
    np.savez("strange.npz", pictures=x)
    labels = np.arange(50) % 3
    np.savez("classes.npz", x_train=x, y_train=labels, x_test=x[:9], y_test=np.full(9, 7))
    np.savez("widths.npz", x_train=x, x_test=x[:, :3])
    np.savez("half.npz", x_train=x, x_test=x, y_test=labels)
    np.savez("objects.npz", x=x.astype(object))
    np.savez("named.npz", x=x, y=np.full(50, None))
    np.savez("damaged.npz", x=x)
    content = bytearray((tmp_path / "damaged.npz").read_bytes())
    content[500] ^= 1
    (tmp_path / "damaged.npz").write_bytes(content)
    with pytest.raises(ValueError, match=reason):
        data.load(name)


def test_a_file_cut_short_is_noticed_before_training(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((500, 100), "float32"))
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="ends 1000 bytes before the last row"):
        data.load(str(path), stream=True)


def test_an_unknown_binarization_is_refused():
    with pytest.raises(ValueError, match="threshold.*Received: 'round'"):
        data.load("digits", "round")
