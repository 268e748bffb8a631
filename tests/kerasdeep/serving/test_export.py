"""Exported models, asked from outside, answer as the model does."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasdeep
from kerasdeep.models import (
    DBM,
    DBN,
    GAN,
    RBM,
    Autoencoder,
    ClassificationRBM,
    ConvolutionalRBM,
    DeepStackingNetwork,
    GenerativeDBN,
    HopfieldNetwork,
    Perceptron,
    SigmoidBeliefNetwork,
    StackedAutoencoder,
    VariationalAutoencoder,
)
from tests import oracles
from tests.kerasdeep.serving.models import (
    MODELS,
    class_rbm,
    dbm,
    dbn,
    generative_dbn,
    labelled_dbm,
    rbm,
)
from tests.serving import ask_c_library, ask_python, signatures

TOLERANCE = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).random((7, 12)).astype("float32")


DEEP = DBM, GenerativeDBN, SigmoidBeliefNetwork
DRAWING = RBM, DBN, *DEEP
NOISE = np.random.default_rng(1).normal(size=(7, 4)).astype("float32")


def expected(model, x):
    """Returns what every deterministic endpoint should answer: name -> (request, response)."""
    if isinstance(model, DRAWING):
        answers = {
            "serving_default": ({"visible": x}, {"hidden": model(x)}),
            "transform": ({"visible": x}, {"hidden": model(x)}),
            "reconstruct": ({"visible": x}, {"visible": model.reconstruct(x)}),
        }
        if isinstance(model, RBM | DBM):
            answers["free_energy"] = ({"visible": x}, {"free_energy": model.free_energy(x)})
        if isinstance(model, DEEP):
            means = enumerate(model.infer(x))
            layers = {f"layer_{number + 1}": mean for number, mean in means}
            answers["infer"] = ({"visible": x}, layers)
        if getattr(model, "num_classes", None):
            p = np.array(model.class_probabilities(x))
            response = {"probabilities": p, "label": p.argmax(axis=1)}
            answers["classify"] = ({"visible": x}, response)
        return answers
    if isinstance(model, Autoencoder | StackedAutoencoder):
        code = np.array(model.encode(x))
        return {
            "serving_default": ({"visible": x}, {"code": code}),
            "encode": ({"visible": x}, {"code": code}),
            "reconstruct": ({"visible": x}, {"visible": model.reconstruct(x)}),
            "decode": ({"code": code}, {"visible": model.decode(code)}),
        }
    if isinstance(model, GAN):
        labels = np.arange(7, dtype="int32") % 3 if model.num_classes else None
        request = {"noise": NOISE} | ({} if labels is None else {"label": labels})
        return {
            "generate": (request, {"visible": model.generate(NOISE, labels)}),
            "discriminate": ({"visible": x}, {"score": model(x)}),
        }
    if isinstance(model, DeepStackingNetwork):
        scores = np.array(model(x))
        response = {"scores": scores, "label": scores.argmax(axis=1)}
        return {name: ({"inputs": x}, response) for name in ("serving_default", "classify")}
    if model.name == "classifier":
        p = np.array(model(x))
        response = {"probabilities": p, "label": p.argmax(axis=1)}
        return {name: ({"inputs": x}, response) for name in ("serving_default", "classify")}
    code = np.array(keras.Sequential(model.layers[:2])(x))
    return {
        "serving_default": ({"visible": x}, {"visible": model(x)}),
        "reconstruct": ({"visible": x}, {"visible": model(x)}),
        "encode": ({"visible": x}, {"code": code}),
        "decode": ({"code": code}, {"visible": model(x)}),
    }


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_answers_as_the_model(name, x, tmp_path):
    """To 1e-5, through tf.saved_model.load and through TensorFlow's C library."""
    model = MODELS[name]()
    folder = kerasdeep.export(model, tmp_path)
    answers = expected(model, x)
    for signature, (request, response) in answers.items():
        ask = ask_c_library if signature == "serving_default" else ask_python
        answer = ask(folder, signature, request, tmp_path)
        assert answer.keys() == response.keys()
        for key, value in response.items():
            np.testing.assert_allclose(answer[key], value, **TOLERANCE)
    own = set(signatures(folder)) - {"__saved_model_init_op"}
    draws = isinstance(model, (*DRAWING, VariationalAutoencoder, GAN))
    drawn = {"sample"} if draws else set()
    if isinstance(model, GAN):
        drawn |= {"serving_default"}
    of_classes = {"sample_classes"} if drawn and getattr(model, "num_classes", None) else set()
    assert own == set(answers) | drawn | of_classes


@pytest.mark.parametrize("make", [labelled_dbm, generative_dbn, class_rbm])
def test_classes_are_drawn_as_they_are_named(make, tmp_path):
    """The same for a seed; of labels that the data called 3, 5 and 8, by these names."""
    folders = [kerasdeep.export(make(), tmp_path, labels=names) for names in (None, [3, 5, 8])]

    def drawn(folder, label):
        request = {"label": np.int32(label), "seed": np.int32(1), "steps": np.int32(20)}
        return ask_python(folder, "sample_classes", request, tmp_path)["visible"]

    first = drawn(folders[0], [0, 1, 2, 1])
    assert first.shape == (4, 12) and np.isin(first, (0, 1)).all()
    np.testing.assert_array_equal(first, drawn(folders[1], [3, 5, 8, 5]))
    for folder, wrong in zip(folders, (3, 4), strict=True):
        draw = tf.saved_model.load(str(folder)).signatures["sample_classes"]
        with pytest.raises(tf.errors.InvalidArgumentError, match="label is expected to be"):
            draw(label=tf.constant([wrong]), seed=tf.constant(1), steps=tf.constant(2))


@pytest.mark.parametrize("make", [rbm, dbn, dbm, labelled_dbm, generative_dbn, class_rbm])
def test_samples_repeat_for_a_seed_and_differ_for_another(make, tmp_path):
    folder = kerasdeep.export(make(), tmp_path)

    def sample(ask, seed, steps):
        request = {"seed": np.int32(seed), "steps": np.int32(steps)}
        return ask(folder, "sample", request, tmp_path)["visible"]

    first = sample(ask_python, 1, 5)
    assert first.shape == (16, 12) and len(np.unique(first, axis=0)) > 8
    np.testing.assert_allclose(first, sample(ask_c_library, 1, 5), **TOLERANCE)
    assert not np.array_equal(first, sample(ask_python, 2, 5))
    assert not np.array_equal(first, sample(ask_python, 1, 6))


@pytest.mark.parametrize("name", ["variational_autoencoder", "adversarial_network"])
def test_what_is_made_of_noise_repeats_for_a_seed(name, tmp_path):
    folder = kerasdeep.export(MODELS[name](), tmp_path)

    def sample(ask, seed):
        return ask(folder, "sample", {"seed": np.int32(seed)}, tmp_path)["visible"]

    first = sample(ask_python, 1)
    assert first.shape == (16, 12) and len(np.unique(first, axis=0)) > 8
    np.testing.assert_allclose(first, sample(ask_c_library, 1), **TOLERANCE)
    assert not np.array_equal(first, sample(ask_python, 2))


def test_a_conditional_network_draws_the_classes_it_is_told(tmp_path):
    model = MODELS["conditional_adversarial_network"]()
    model.averaged.layers[0].kernel.assign(np.repeat(np.eye(7)[:, 4:], 4, axis=1) * 20)
    folder = kerasdeep.export(model, tmp_path)
    request = {"label": np.array([0, 2, 1], "int32"), "seed": np.int32(1)}
    drawn = ask_python(folder, "sample_classes", request, tmp_path)["visible"]
    np.testing.assert_array_equal(drawn.reshape(3, 3, 4).mean(axis=2).argmax(axis=1), [0, 2, 1])
    draw = tf.saved_model.load(str(folder)).signatures["sample_classes"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="label is expected to be"):
        draw(label=tf.constant([3]), seed=tf.constant(1))


def test_exported_samples_have_the_models_distribution(tmp_path):
    """3 visible units, 16 x 250 samples after 30 steps against enumeration: chi-squared, false
    alarm 1e-4."""
    model = RBM(2, seed=0)
    model.build((None, 3))
    model.kernel.assign([[1.0, -1.0], [0.5, 1.0], [-1.0, 0.5]])
    model.visible_bias.assign([0.3, -0.2, 0.1])
    sample = tf.saved_model.load(str(kerasdeep.export(model, tmp_path))).signatures["sample"]
    draws = [sample(seed=tf.constant(s), steps=tf.constant(30))["visible"] for s in range(250)]
    with pytest.raises(tf.errors.InvalidArgumentError, match="steps is expected to be at least 1"):
        sample(seed=tf.constant(1), steps=tf.constant(0))
    states, _ = oracles.states("bernoulli", 3)
    probability = np.exp(-np.array(model.free_energy(states.astype("float32"))))
    probability /= probability.sum()
    codes = np.concatenate(draws).astype(int) @ [4, 2, 1]
    counts = np.bincount(codes, minlength=8)
    wanted = len(codes) * probability[np.argsort(states.astype(int) @ [4, 2, 1])]
    assert ((counts - wanted) ** 2 / wanted).sum() < 29.9  # 7 degrees of freedom


def test_saved_model_cli_shows_and_runs_it(x, tmp_path):
    model = rbm()
    folder = kerasdeep.export(model, tmp_path / "served")
    np.save(tmp_path / "x.npy", x)
    command = [Path(sys.executable).with_name("saved_model_cli"), "run", "--dir", folder]
    command += ["--tag_set", "serve", "--signature_def", "free_energy", "--outdir", tmp_path]
    done = subprocess.run(
        [*map(str, command), "--inputs", f"visible={tmp_path / 'x.npy'}"], capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    answer = np.load(tmp_path / "free_energy.npy")
    np.testing.assert_allclose(answer, model.free_energy(x), **TOLERANCE)


def test_every_export_is_a_new_version_and_half_an_export_is_none(tmp_path, monkeypatch):
    (tmp_path / "9").mkdir()
    (tmp_path / "notes").mkdir()
    assert kerasdeep.export(rbm(), tmp_path) == tmp_path / "10"

    def full_disk(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(sys.modules["kerasdeep.serving.export"], "write_warmup_requests", full_disk)
    with pytest.raises(OSError, match="No space left"):
        kerasdeep.export(rbm(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"9", "10", "notes"}


def test_warm_up_requests_are_there_for_every_endpoint(tmp_path):
    folder = kerasdeep.export(rbm(), tmp_path)
    path = str(folder / "assets.extra" / "tf_serving_warmup_requests")
    records = [record.numpy() for record in tf.data.TFRecordDataset(path)]
    names = [b"transform", b"reconstruct", b"free_energy", b"sample"]
    assert [name in record for name, record in zip(names, records, strict=True)] == [True] * 4


@pytest.mark.skipif(
    not importlib.util.find_spec("tensorflow_serving"), reason="needs tensorflow-serving-api"
)
def test_warm_up_requests_are_what_tensorflow_serving_reads(tmp_path):
    from tensorflow_serving.apis import prediction_log_pb2

    folder = kerasdeep.export(rbm(), tmp_path)
    path = str(folder / "assets.extra" / "tf_serving_warmup_requests")
    for record in tf.data.TFRecordDataset(path):
        request = prediction_log_pb2.PredictionLog.FromString(record.numpy()).predict_log.request
        names = signatures(folder)[request.model_spec.signature_name].inputs
        assert set(request.inputs) == set(names)
        for name, tensor in request.inputs.items():
            assert tensor.dtype == names[name].dtype


@pytest.mark.parametrize("make", [rbm, dbn])
def test_inside_a_functional_model_it_saves_loads_and_exports(make, x, tmp_path):
    inputs = keras.Input((12,), name="pixels")
    outputs = keras.layers.Dense(2, name="score")(make()(inputs))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "mse")
    model.fit(x, np.zeros((7, 2)), verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))
    folder = kerasdeep.export(loaded, tmp_path / "served")
    answer = ask_python(folder, "serving_default", {"pixels": x}, tmp_path)
    np.testing.assert_allclose(answer["score"], model(x), **TOLERANCE)


@pytest.mark.parametrize("name", ["rbm", "classifier"])
def test_litert_answers_as_the_model(name, x, tmp_path):
    interpreter_module = pytest.importorskip("ai_edge_litert.interpreter")
    model = MODELS[name]()
    path = kerasdeep.export(model, tmp_path, format="litert")
    interpreter = interpreter_module.Interpreter(str(path))
    request, response = expected(model, x)["serving_default"]
    for key, value in interpreter.get_signature_runner()(**request).items():
        np.testing.assert_allclose(value, response[key], **TOLERANCE)


@pytest.mark.parametrize("name", [name for name in MODELS if name != "averaged_views"])
def test_onnx_answers_as_the_model(name, x, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    model = MODELS[name]()
    session = onnxruntime.InferenceSession(kerasdeep.export(model, tmp_path, format="onnx"))
    answers = expected(model, x)
    request, response = answers["generate" if isinstance(model, GAN) else "serving_default"]
    names = [output.name for output in session.get_outputs()]
    assert len(set(names) | set(request)) == len(names) + len(request)
    for key, value in zip(names, session.run(names, request), strict=True):
        np.testing.assert_allclose(value, response[key.removesuffix("_out")], **TOLERANCE)


def test_what_onnx_does_not_have_is_refused(tmp_path):
    pytest.importorskip("tf2onnx")
    model = MODELS["averaged_views"]()  # which turns images
    with pytest.raises(ValueError, match=r"no form of all that 'classify' does.*ImageProjective"):
        kerasdeep.export(model, tmp_path / "folder", format="onnx")
    assert list((tmp_path / "folder").iterdir()) == []


def test_bad_arguments_are_refused(tmp_path):
    with pytest.raises(ValueError, match="saved_model, onnx, litert. Received: 'onxx'"):
        kerasdeep.export(rbm(), tmp_path, format="onxx")
    with pytest.raises(ValueError, match="no weights yet"):
        kerasdeep.export(RBM(3), tmp_path)


def other_models():
    """Every model with one answer, and what it may be asked."""
    rng = np.random.default_rng(0)
    rows, spins = rng.random((40, 12)).astype("float32"), rng.choice([-1.0, 1.0], (3, 12))
    labels = (rows[:, 0] > 0.5).astype(int)
    class_rbm = ClassificationRBM(5, 2, seed=1)
    class_rbm.compile()
    class_rbm.fit(rows, labels, verbose=0)
    perceptron = Perceptron()
    perceptron.build((None, 12))
    perceptron.kernel.assign(rng.normal(size=(12, 1)))
    hopfield = HopfieldNetwork(seed=0)
    hopfield.fit(spins, verbose=0)
    crbm = ConvolutionalRBM(3, 2, seed=1)
    crbm.build((None, None, None, 1))
    return {
        "class_rbm": (class_rbm, rows),
        "perceptron": (perceptron, rows),
        "hopfield": (hopfield, spins.astype("float32")),
        "crbm": (crbm, rng.random((2, 6, 9, 1)).astype("float32")),
    }


@pytest.mark.parametrize("name", ["class_rbm", "perceptron", "hopfield", "crbm"])
def test_other_models_answer_what_they_predict(name, tmp_path):
    model, request_rows = other_models()[name]
    folder = kerasdeep.export(model, tmp_path / "served")
    answer = ask_python(folder, "serving_default", {"inputs": request_rows}, tmp_path)
    output = "probabilities" if name == "class_rbm" else "outputs"
    np.testing.assert_allclose(answer[output], model.predict(request_rows, verbose=0), **TOLERANCE)


@pytest.mark.parametrize("name", ["class_rbm", "crbm"])
def test_a_request_of_another_rank_or_width_is_an_error_and_the_next_one_is_answered(
    name, tmp_path
):
    model, rows = other_models()[name]
    folder = kerasdeep.export(model, tmp_path / "served")
    for bad in (rows[..., 0], rows[None], np.concatenate([rows, rows], axis=-1)):
        with pytest.raises(ValueError, match=r"Shape of tensor .* is not compatible with expected"):
            ask_c_library(folder, "serving_default", {"inputs": bad}, tmp_path)
    ask_c_library(folder, "serving_default", {"inputs": rows}, tmp_path)
