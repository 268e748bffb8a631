"""The `kerasdeep` command, as its users run it: in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits

from kerasdeep import zoo
from kerasdeep.recipes.cli.app import app
from kerasdeep.recipes.cli.errors import mendable
from kerasdeep.recipes.publish import publish
from kerasdeep.zoo import weights
from tests.recipes.pages import Page, assert_self_contained
from tests.recipes.short import heed_ctrl_c

COMMAND = Path(sys.executable).with_name("kerasdeep")
SHORT_RBM = (
    *("train", "rbm", "--epochs", 2, "--seed", 3, "--num-hidden", 30),
    *("--binarize", "stochastic", "--temperatures", 20, "--split-seed", 5),
)
SHORT_DBN = ("train", "dbn-dnn", "--pretrain-epochs", 2, "--epochs", 3, "--num-hidden", "40,30")
PICTURES = {"filters.png", "reconstructions.png", "fantasies.png", "learning_curves.png"}


def run(*arguments, cwd=None, code=0):
    """Runs the command; returns what it wrote to stdout, or, if it should fail, to stderr."""
    environment = {**os.environ, "COLUMNS": "150"}
    done = subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, env=environment
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else done.stdout


def call(*arguments):
    """Runs the command within this process."""
    app([str(argument) for argument in arguments], standalone_mode=False)


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "150")


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A short DBN-DNN run on digits."""
    folder = tmp_path_factory.mktemp("runs") / "dbn"
    out = run(*SHORT_DBN, "--output", folder)
    assert "test error, pretrained weights" in out and "predicts" in out and "the same" in out
    return folder


@pytest.fixture(scope="module")
def rbm_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "an [/b] rbm of $1"  # markup of rich's
    call(*SHORT_RBM, "--output", folder)
    return folder


def test_list_shows_every_entry_with_its_citation(capsys):
    call("list")
    out = capsys.readouterr().out
    for words in (*zoo.ENTRIES, "Salakhutdinov", "published", "ours", "-84.05"):
        assert words in out


def test_help_names_the_commands_and_their_options(capsys):
    call("--help")
    out = capsys.readouterr().out
    assert all(
        name in out for name in ("demo", "list", "train", "evaluate", "sample", "few-labels")
    )
    call("train", "--help")
    out = capsys.readouterr().out
    for option in (*zoo.ENTRIES, "--dataset", "--epochs", "--batch-size", "--seed", "--output"):
        assert option in out


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_an_entry_has_its_own_options_and_no_others(name, capsys):
    call("train", name, "--help")
    flags = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    own = {f"--{field.replace('_', '-')}" for field in zoo.get(name).hyper_parameters()}
    others = {
        f"--{field.replace('_', '-')}"
        for entry in zoo.ENTRIES.values()
        for field in entry.hyper_parameters()
    }
    assert own <= flags and not (others - own) & flags
    assert {"--dataset", "--seed", "--output", "--resume", "--split-seed"} <= flags


def test_help_and_list_import_neither_tensorflow_nor_keras():
    code = (
        "import sys; sys.argv = ['kerasdeep']; from kerasdeep.recipes.cli.app import app;"
        "asked = ['--help'], ['list'], ['train', '--help'], ['train', 'rbm', '--help'];"
        "[app(words, standalone_mode=False) for words in asked];"
        "print({'tensorflow', 'keras', 'sklearn', 'matplotlib', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.endswith("\nset()\n")


def test_ctrl_c_ends_what_does_not_return_to_python():
    """A hash of 30 seconds stands for a compiled loop: neither sees a signal before its end."""
    code = (
        "import hashlib, sys; import kerasdeep.recipes.cli.app as commands;"
        "from kerasdeep.recipes.cli import main;"
        "hashed = lambda *words, **how: hashlib.pbkdf2_hmac('sha256', b'', b'', 10**8);"
        "commands.app = lambda *words, **how: (print('begun', flush=True), hashed());"
        "sys.argv = ['kerasdeep', 'list']; main()"
    )
    program = f"import sys; sys.argv = ['kerasdeep']; {code}"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert error == "kerasdeep: interrupted before there was anything to go on with\n"
    assert process.returncode == 130


def test_names_of_the_zoo_stand_for_their_trained_models(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).random((50, 784))
    np.savez("rows.npz", x=rows, y=np.arange(50) % 10)
    call("sample", "rbm", "--steps", 2, "--num-samples", 2)
    call("evaluate", "dbn-dnn", "--dataset", "rows.npz")
    call("export", "rbm", "served", "--format", "litert")
    out = capsys.readouterr().out
    assert out.startswith("Wrote samples-1.png\n") and "dbn-dnn on the test rows of rows" in out
    assert out.endswith("Wrote served/1/model.tflite\n")
    for arguments, words in (
        (("sample", "dbn-dnn"), "kerasdeep train dbn-dnn --dataset mnist --output runs/dbn-dnn"),
        (("evaluate", "conv-rbm"), "Train it with `kerasdeep train conv-rbm --dataset mnist`"),
        (("export", "rmb", "served"), "Did you mean 'rbm'?"),
    ):
        assert words in message_of(arguments)
    (tmp_path / "rbm").mkdir()
    assert "rbm/model.keras, which does not exist" in message_of(("evaluate", "rbm"))


def test_train_writes_model_metrics_pictures_and_logs(run_folder):
    names = {path.name for path in run_folder.iterdir()}
    assert names >= PICTURES | {"model.keras", "dbn.keras", "metrics.json", "report.html", "logs"}
    assert "filters_fine_tuning.png" in names
    assert not any(name.startswith(".unfinished") for name in names)
    metrics = json.loads((run_folder / "metrics.json").read_text())
    assert metrics["options"]["seed"] == 0 and metrics["options"]["dataset"] == "digits"
    assert metrics["options"]["epochs"] == 3 and metrics["versions"]["keras"]
    assert 0 < metrics["results"]["pretrained"]["test_error"] < 1
    assert metrics["loaded_model_predicts_the_same"] is True
    events = [path.name for path in (run_folder / "logs").rglob("events*")]
    assert len(events) >= 3


def test_train_writes_a_page_of_all_pictures_and_what_to_do_next(run_folder):
    page = Page(run_folder / "report.html")
    assert_self_contained(page)
    assert len(page.pictures) == len(list(run_folder.glob("*.png"))) >= len(PICTURES)
    for word in ("kerasdeep evaluate", "kerasdeep sample", "kerasdeep export", "tensorboard"):
        assert f"{word} " in page.text
    assert "test error, pretrained weights" in page.text and '"epochs": 3' in page.text


def test_a_run_is_published_and_loaded_by_name(run_folder, monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    numbers = publish(run_folder)
    assert json.loads((tmp_path / "dbn-dnn.json").read_text()) == numbers
    model = zoo.load("dbn-dnn")
    x = load_digits().data[:50] / 16
    trained = keras.models.load_model(run_folder / "model.keras")
    np.testing.assert_allclose(model.predict(x), trained.predict(x), atol=2e-3)

    metrics = json.loads((run_folder / "metrics.json").read_text())
    error = metrics["results"]["pretrained"]["test_error"]
    assert numbers["test_as_trained"]["error"] == pytest.approx(error)


def test_evaluate_repeats_the_numbers_of_training(run_folder, capsys):
    metrics = json.loads((run_folder / "metrics.json").read_text())
    call("evaluate", run_folder)
    out = capsys.readouterr().out
    error = 100 * metrics["results"]["pretrained"]["test_error"]
    assert re.search(r"│ error +│ +([\d.]+ %)", out)[1] == f"{error:.2f} %"
    assert re.search(r"measures [\d,]+ test rows", out)


def test_an_rbm_is_trained_measured_on_its_own_split_and_sampled(rbm_folder, capsys):
    metrics = json.loads((rbm_folder / "metrics.json").read_text())
    assert metrics["options"]["num_hidden"] == 30 and metrics["split"]["seed"] == 5
    call("evaluate", rbm_folder / "model.keras", "--dataset", "digits")
    out = capsys.readouterr().out
    assert "an [/b] rbm of $1" in out
    value = float(re.search(r"pseudo log likelihood +│ +(-?[\d.]+)", out)[1])
    assert value == pytest.approx(metrics["test"]["pseudo_log_likelihood"], abs=1e-3)
    call("sample", rbm_folder, "--num-samples", 3, "--steps", 5)
    assert f"Wrote {rbm_folder}/samples-1.png\n" in capsys.readouterr().out
    call("sample", rbm_folder, "--num-samples", 3, "--steps", 5, "--inpaint")
    assert "inpainted-1.png" in capsys.readouterr().out
    assert (rbm_folder / "samples-1.png").stat().st_size > 1000


def test_export_writes_the_next_version(run_folder, rbm_folder, capsys, tmp_path):
    call("export", run_folder, tmp_path / "dbn")
    assert f"Wrote {tmp_path / 'dbn' / '1'}" in capsys.readouterr().out
    call("export", rbm_folder, tmp_path / "[/b]", "--format", "litert")
    assert f"Wrote {tmp_path}/[/b]/1/model.tflite\n" in capsys.readouterr().out
    assert (tmp_path / "[/b]" / "1" / "model.tflite").is_file()
    (tmp_path / "file").write_text("in the way")
    assert "Not a directory" in message_of(("export", rbm_folder, tmp_path / "file" / "x"))


def test_a_seed_repeats_a_run(rbm_folder, tmp_path):
    call(*SHORT_RBM, "--output", tmp_path / "again")
    kernels = [
        np.array(keras.models.load_model(folder / "model.keras").kernel)
        for folder in (rbm_folder, tmp_path / "again")
    ]
    np.testing.assert_array_equal(*kernels)


def test_the_gaussian_rbm_trains_on_a_file_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((300, 5, 4)))
    command = ("train", "gaussian-rbm", "--dataset", "x.npy", "--epochs", 1, "--stream")
    call(*command, "--validation-every", 0, "--temperatures", 50)
    folder = tmp_path / "runs" / "gaussian-rbm-x-1"
    history = json.loads((folder / "metrics.json").read_text())["history"]
    assert "free_energy" in history and not any("val" in name or "gap" in name for name in history)
    assert (folder / "model.keras").is_file()


def message_of(arguments):
    """Returns what the command says of a mistake, without a process of its own."""
    with pytest.raises(Exception) as caught:
        call(*arguments)
    message, code = mendable(caught.value)
    assert code == 2, message
    return message


def test_a_mistake_ends_in_one_line_and_code_2(tmp_path):
    for arguments, words in (
        (("train", "rmb"), "Did you mean 'rbm'?"),
        (("train", "rbm", "--pretrain-epochs", 2), "--pretrain-epochs"),
    ):
        error = run(*arguments, cwd=tmp_path, code=2)
        assert error.startswith("kerasdeep: ") and words in error, error
        assert error.count("\n") == 1, error


def test_what_a_machine_lacks_is_said_in_one_line():
    exhausted = tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
    for error, words in (
        (MemoryError(), "not enough memory for this (no more could be had). Pass --stream"),
        (exhausted, "OOM when allocating tensor"),
        (tf.errors.ResourceExhaustedError(None, None, "x/1; No space left on device"), "Make room"),
    ):
        message, code = mendable(error)
        assert words in message and "\n" not in message and code == 2
    assert mendable(RuntimeError("a fault of our own")) == (None, 1)


def test_mistakes_are_named_and_lose_nothing(run_folder, rbm_folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "truncated.keras").write_bytes((run_folder / "model.keras").read_bytes()[:5000])
    (tmp_path / "foreign.keras").write_text("not a model")
    (tmp_path / "file").write_text("in the way")
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((300, 20)))
    np.save(tmp_path / "large.npy", np.random.default_rng(0).random((300, 20)) * 7)
    np.save(tmp_path / "nan.npy", np.full((300, 20), np.nan))
    np.savez(tmp_path / "words.npz", x=np.zeros((300, 20)), y=np.full(300, "a"))
    np.savez(tmp_path / "one_hot.npz", x=np.zeros((300, 20)), y=np.eye(3)[np.arange(300) % 3])
    np.savez(tmp_path / "alike.npz", x=np.zeros((300, 20)), y=np.zeros(300, int))
    np.savez(tmp_path / "tiny.npz", x=np.eye(4)[np.arange(300) % 4], y=np.arange(300) % 4)
    np.save(tmp_path / "late.npy", np.concatenate([np.zeros((9000, 4)), np.full((9, 4), 5.5)]))
    before = {path: path.stat().st_mtime_ns for path in run_folder.rglob("*") if path.is_file()}
    mistakes = (
        (("train",), "name of a zoo model"),
        (("evaluate", tmp_path / "none"), "does not exist"),
        (("train", "rbm", "--epochs", 0), "greater than or equal to 1"),
        (("train", "dbn-dnn", "--num-hidden", "10,x"), "Expected whole numbers"),
        (("train", "dbn-dnn", "--num-hidden", "10,0"), "at least 1"),
        (("train", "rbm", "--resume"), "--resume needs --output"),
        (("compare-samplers", "--binarize", "none"), "--binarize stochastic"),
        (("hopfield-capacity", "--dataset", "digits"), "No such option"),
        (("train", "rbm", "--dataset", "words.npz"), "not integers"),
        (("train", "mlp", "--dataset", "one_hot.npz"), "save y.argmax(axis=1)"),
        (("train", "mlp", "--dataset", "alike.npz"), "two classes or more"),
        (("train", "lenet-5", "--dataset", "tiny.npz"), "at least 4 x 4 pixels. Received: 2 x 2"),
        (("train", "lenet-5", "--kernel-size", 5), "pass --kernel-size 3"),
        (("train", "mlp-regression", "--dataset", "digits"), "'diabetes', or an .npz file"),
        (("train", "mlp", "--dataset", "diabetes"), "Received: 'diabetes'"),
        (("train", "rbm", "--stream", "--dataset", "late.npy"), "max=5.5"),
        (("train", "rbm", "--dataset", "mnits"), "Did you mean 'mnist'?"),
        (("train", "rbm", "--dataset", "huggingface:mnist"), "Received: 'huggingface:mnist', one"),
        (("train", "rbm", "--dataset", "nowhere.npz"), "where there is none"),
        (("train", "rbm", "--dataset", tmp_path / "large.npy"), "values in [0, 1]"),
        (("train", "rbm", "--dataset", tmp_path / "nan.npy"), "min=nan"),
        (("train", "dbn-dnn", "--dataset", tmp_path / "x.npy"), "with labels"),
        (("train", "rbm", "--output", run_folder), "already holds files"),
        (("train", "rbm", "--output", tmp_path / "file" / "below"), "can be written"),
        (("evaluate", tmp_path / "truncated.keras"), "truncated"),
        (("evaluate", tmp_path / "foreign.keras"), "truncated or something else"),
        (("evaluate", rbm_folder, "--dataset", tmp_path / "x.npy"), "expects rows of 64 values"),
        (("sample", run_folder / "model.keras"), "dbn.keras"),
    )
    for arguments, words in mistakes:
        assert words in message_of(arguments)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert not list((tmp_path / "runs").iterdir())
