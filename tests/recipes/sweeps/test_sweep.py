"""Sweeps of every entry, from the trials to the best model."""

import dataclasses
import re
from types import SimpleNamespace

import keras_tuner
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.plugins.hparams import plugin_data_pb2

from kerasdeep import zoo
from kerasdeep.recipes.cli.app import app
from kerasdeep.recipes.results.from_runs import result_of
from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.saved.evaluate import evaluate_model
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.recipes.sweeps import figures, findings, hparams
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.recipes.sweeps.sweep import sweep
from kerasdeep.recipes.tasks import generative, objectives_of, task_of
from kerasdeep.training.monitors import direction_of
from kerasdeep.zoo.parameter import parameters
from kerasdeep.zoo.space import Space
from tests.recipes.short import QUIET, differences, metrics_of, small

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # keras-tuner's own


class Killed(BaseException):
    """Where a process is killed."""


def tune(entry, folder, **options):
    return sweep(entry, TuneOptions(output=str(folder), **options), QUIET)[1]


def all_but(entry, *names):
    """Returns what `--fix` has, so that a sweep changes these alone."""
    searched = {field.name for field, about in parameters(entry).items() if about.search}
    values = {name: getattr(entry, name) for name in sorted(searched - set(names))}
    return tuple(f"{name}={re.sub('[() ]', '', str(value))}" for name, value in values.items())


def short(name, *names):
    """Returns a small entry, and options by which a sweep changes these hyper-parameters alone."""
    entry = dataclasses.replace(small(name), batch_size=50)
    return entry, {"fix": all_but(entry, *names)}


def objectives(entry, dataset):
    return objectives_of(entry, task_of(entry).load(entry, TuneOptions(dataset=dataset)))


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_every_entry_is_swept(name, stripes, tmp_path):
    entry, options = short(name, "learning_rate")
    table = tune(entry, tmp_path, dataset=stripes, trials=1, **options)
    metrics = metrics_of(tmp_path)
    (trial,) = metrics["trials"]
    assert trial["failed"] is None and trial["values"] == metrics["best"]
    assert list(metrics["best"]) == ["learning_rate"]
    own = metrics_of(tmp_path / "trials" / "trial_0" / "seed-0")
    assert own["options"]["learning_rate"] == metrics["best"]["learning_rate"]
    assert own["validation"][metrics["objective"]["name"]] == trial["score"]
    assert set(objectives(entry, stripes)) <= {*own["validation"], "val_log_likelihood"}
    assert all(map(direction_of, objectives(entry, stripes)))
    assert len(table) > 2 and (tmp_path / "trials.png").is_file()
    again = dict(row[:2] for row in evaluate_model(tmp_path)[1])
    assert set(again) & {name.replace("_", " ") for name in metrics["test"]}


def test_a_sweep_killed_in_its_trials_ends_the_same(stripes, tmp_path, monkeypatch):
    """After the first epoch of every training, of two seeds a trial."""
    entry, options = short("rbm", "learning_rate", "momentum")
    options |= {"dataset": stripes, "trials": 2, "num_seeds": 2, "resume": True}
    tune(entry, tmp_path / "whole", **options)
    save, killed = Checkpoint.on_epoch_end, []

    def save_and_die(checkpoint, epoch, logs=None):
        save(checkpoint, epoch, logs)
        if epoch == 0:
            killed.append(checkpoint.folder)
            raise Killed

    monkeypatch.setattr(Checkpoint, "on_epoch_end", save_and_die)
    for _ in range(4):
        with pytest.raises(Killed):
            tune(entry, tmp_path / "killed", **options)
    assert len(set(killed)) == 4
    tune(entry, tmp_path / "killed", **options)
    assert len(killed) == 4
    assert not differences(tmp_path / "whole", tmp_path / "killed")


def test_a_training_ends_where_it_gets_no_better_also_when_it_was_killed(
    stripes, tmp_path, monkeypatch
):
    entry, options = short("class-rbm", "generative")
    entry = dataclasses.replace(entry, epochs=12, learning_rate=0.0)  # it never gets better
    fix = [one for one in options["fix"] if not one.startswith("learning_rate")]
    options = {"dataset": stripes, "trials": 1, "resume": True, "patience": 3}
    options["fix"] = (*fix, "learning_rate=0")
    tune(entry, tmp_path / "whole", **options)
    run = tmp_path / "whole" / "trials" / "trial_0" / "seed-0"
    assert len(metrics_of(run)["history"]["val_accuracy"]) == 4
    finish = Run.finish

    def die(*arguments):
        raise Killed

    monkeypatch.setattr(Run, "finish", die)
    with pytest.raises(Killed):
        tune(entry, tmp_path / "killed", **options)
    monkeypatch.setattr(Run, "finish", finish)
    tune(entry, tmp_path / "killed", **options)
    assert not differences(tmp_path / "whole", tmp_path / "killed")
    run = tmp_path / "killed" / "trials" / "trial_0" / "seed-0"
    assert len(metrics_of(run)["history"]["val_accuracy"]) == 4


def test_a_trial_that_diverges_fails_and_the_sweep_goes_on(stripes, tmp_path, monkeypatch):
    entry, options = short("rbm", "learning_rate")
    options |= {"dataset": stripes, "trials": 4}
    learn, tried = generative.learn, []

    def diverge(entry, job):
        tried.append(entry.learning_rate)
        if len(tried) in diverging:
            raise FloatingPointError("The weights are not finite.")
        return learn(entry, job)

    monkeypatch.setattr(generative, "learn", diverge)
    diverging = (1, 2, 3)
    tune(entry, tmp_path / "some", **options)
    trials = metrics_of(tmp_path / "some")["trials"]
    assert [one["failed"] is None for one in trials] == [True, False, False, False]
    assert "not finite" in trials[-1]["failed"] and trials[0]["values"]["learning_rate"] == tried[3]
    diverging = range(100)
    with pytest.raises(ValueError, match="Every trial failed; the last said: .*not finite"):
        tune(entry, tmp_path / "all", **options)


def test_the_least_error_of_validation_rows_is_best(stripes, tmp_path):
    entry, options = short("rbm-20", "learning_rate")
    options |= {"dataset": stripes, "objective": "val_reconstruction_error"}
    tune(entry, tmp_path, trials=3, **options)
    metrics = metrics_of(tmp_path)
    scores = [one["score"] for one in metrics["trials"]]
    assert scores == sorted(scores) and scores[0] < scores[2]
    assert metrics["best"] == metrics["trials"][0]["values"]
    model, images = load_model(tmp_path), TuneOptions(dataset=stripes).load()
    for split, expected in (
        (images.validation, scores[0]),
        (images.test, metrics["test"]["reconstruction_error"]),
    ):
        found = model.evaluate(split.images(), verbose=0, return_dict=True)
        assert found["reconstruction_error"] == pytest.approx(expected, rel=1e-4)
    assert abs(scores[0] - expected) > 1e-3 * expected  # they are other rows


def test_the_log_likelihood_is_compared_where_asked(stripes, tmp_path):
    entry, options = short("rbm-20", "learning_rate")
    options |= {"binarization": "threshold", "objective": "val_log_likelihood"}
    tune(entry, tmp_path, dataset=stripes, trials=2, **options)
    scores = [one["score"] for one in metrics_of(tmp_path)["trials"]]
    assert 0 > scores[0] > scores[1] > -36  # nats of 36 pixels


def test_hyper_parameters_of_every_type_can_be_fixed():
    for name, text, value in (
        ("autoencoder", "activation=relu", "relu"),
        ("autoencoder", "loss=likelihood", "likelihood"),
        ("autoencoder", "num-hidden=20,5", (20, 5)),
        ("autoencoder", "batch-size=7", 7),
        ("autoencoder", "weight-decay=0.5", 0.5),
        ("dsn", "batch-size=200", 200),
    ):
        (found,) = TuneOptions(fix=(text,)).fixed(zoo.get(name)).values()
        assert found == value


def test_what_a_hyper_parameter_was_worth():
    """Ten of them, three of which count; 30 trials with noise of deviation 0.1."""
    rng = np.random.default_rng(0)
    places = rng.uniform(size=(30, 10))
    scores = 0.4 * places[:, 1] - 2 * places[:, 0] - 2 * np.abs(places[:, 2] - 0.5)
    names = [f"hp {number}" for number in range(10)]
    epochs = rng.integers(1, 4, (30, 1)) / 3  # which count most, and are no hyper-parameter
    scores += 3 * epochs[:, 0] + 0.1 * rng.normal(size=30)
    worth = findings.worth(names, np.hstack([places, epochs]), scores)
    assert set(worth) == set(names) and list(worth)[:3] == ["hp 0", "hp 2", "hp 1"]
    np.testing.assert_allclose([worth[name] for name in names], [2, 0.4, 1, *[0] * 7], atol=0.2)
    places[:3, 9] = np.nan  # of trials that have none
    again = findings.worth(names, np.hstack([places, epochs]), scores)
    np.testing.assert_allclose([again[name] for name in names], [2, 0.4, 1, *[0] * 7], atol=0.2)
    assert findings.worth(names, places[:4], scores[:4]) == {}


def test_a_trial_has_no_place_where_it_has_no_such_layer():
    space = keras_tuner.HyperParameters()
    Space(dataclasses.replace(zoo.get("dbn-dnn"), num_hidden=(500, 500), batch_size=100)).choose(
        space
    )
    trials = {}
    for layers in (1, 2):
        there = {hp.name: hp.default for hp in space.space} | {"num_hidden_layers": layers}
        if layers == 1:
            del there["num_hidden_2"]
        values = SimpleNamespace(values=there)
        trials[layers] = SimpleNamespace(status="COMPLETED", hyperparameters=values, score=0.5)
    oracle = SimpleNamespace(trials=trials, get_space=lambda: space)
    names, places, scores = findings.placed(oracle)
    absent = np.argwhere(np.isnan(places))
    assert absent.tolist() == [[0, names.index("num_hidden_2")]]
    objective = keras_tuner.Objective("val_accuracy", "max")
    figure = figures.parallel_coordinates(space.space, places, scores, objective)
    drawn = [line.get_ydata() for line in figure.axes[0].lines[:2]]
    assert sorted(np.isnan(line).sum() for line in drawn) == [0, 1]
    layers = names.index("num_hidden_layers")
    marks = [mark.get_text() for mark in figure.axes[0].texts if mark.xy[0] == layers]
    assert marks == ["1", "3", "4"]


def test_tensorboard_has_the_values_and_the_score_of_every_trial(tmp_path):
    trials = [
        {"trial": "0", "score": 0.9, "values": {"rate": 0.1, "num_hidden": 20}},
        {"trial": "1", "score": None, "values": {"rate": 9.0, "num_hidden": 30}},
    ]
    for _ in range(2):  # a sweep that was killed here writes again
        hparams.write(tmp_path, trials, "val_accuracy")
    (folder,) = tmp_path.iterdir()
    (file,) = folder.iterdir()
    found = {}
    for event in tf.compat.v1.train.summary_iterator(str(file)):
        for value in event.summary.value:
            if value.tag == "val_accuracy":
                found["score"] = float(tf.make_ndarray(value.tensor))
            elif "session_start" in value.tag:
                content = plugin_data_pb2.HParamsPluginData.FromString(
                    value.metadata.plugin_data.content
                )
                told = content.session_start_info.hparams
                found |= {name: told[name].number_value for name in told}
    assert found == pytest.approx({"score": 0.9, "rate": 0.1, "num_hidden": 20})


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("rbm", {"objective": "val_accuracy"}, "objective: val_pseudo_log.*'val_accuracy'"),
        ("dbm", {"objective": "val_log_likelihood"}, "objective: val_accuracy, val_loss. Rec"),
        ("rbm", {"objective": "val_log_likelihood"}, "Pass --binarize stochastic"),
        ("rbm", {"range": ("num_hiden=1:2",)}, "may change: .*num_hidden"),
        ("rbm", {"range": ("num-hidden=600:700",)}, "holds 500, where the sweep begins"),
        ("rbm", {"range": ("num-hidden=700",)}, "NAME=LOW:HIGH"),
        ("rbm", {"range": ("num-hidden=9:x",)}, "whole number. Received: 'x'"),
        ("rbm", {"range": ("num-hidden",)}, "Received: 'num-hidden'"),
        ("rbm", {"fix": ("num-hidden=many",)}, "a whole number. Received: 'many'"),
        ("rbm", {"fix": ("num-hiden=9",)}, "hyper-parameter: .*Received: 'num_hiden'"),
        ("rbm", {"fix": ("momentum=2",)}, "momentum expects"),
        ("rbm", {"fix": ("epochs=2",)}, "hyper-parameter: .*Received: 'epochs'"),
        ("rbm", {"range": ("momentum=0:5",)}, "range of momentum expects .*at most 0.999"),
        ("rbm", {"range": ("learning-rate=0.01:inf",)}, "range of learning_rate expects .*finite"),
        ("rbm", {"patience": 2, "objective": "val_log_likelihood"}, "after every epoch"),
        ("semantic-hashing", {"patience": 2}, "after every epoch. Received: val_precision"),
        ("rbm", {"tuner": "best"}, "one of random, hyperband, bayesian, grid"),
        ("rbm", {"validation_every": 0}, "--validation-every 0"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(name, options, words, stripes, tmp_path):
    options = {"epochs": 1, "trials": 1, "dataset": stripes} | options
    with pytest.raises(ValueError, match=words):
        tune(zoo.get(name), tmp_path / "sweep", **options)


def test_the_folder_of_another_sweep_is_left_alone(stripes, tmp_path):
    entry, options = short("rbm", "learning_rate")
    tune(entry, tmp_path, dataset=stripes, trials=1, **options)
    content = (tmp_path / "metrics.json").read_bytes()
    for resume in (False, True):
        with pytest.raises(ValueError, match="already holds files|a finished run"):
            tune(entry, tmp_path, dataset=stripes, trials=2, resume=resume, **options)
    assert (tmp_path / "metrics.json").read_bytes() == content


def test_the_command_sweeps_digits(tmp_path, capsys):
    arguments = ["tune", "rbm", "--trials", "2", "--epochs", "1", "--tuner", "hyperband"]
    arguments += ["--fix", "num-hidden=20", "--fix", "momentum=0.25", "--range", "momentum=0:0.5"]
    arguments += ["--output", str(tmp_path)]
    app(arguments, standalone_mode=False)
    out = capsys.readouterr().out
    for words in ("2/2 trials", "best", "min left", "test pseudo log likelihood", "trial 1"):
        assert words in out
    (momentum,) = (line for line in out.splitlines() if line.startswith("│ momentum"))
    assert f"the entry has {zoo.get('rbm').momentum}" in momentum
    result = result_of([tmp_path])
    assert sorted(result["command"].split()) == sorted(["kerasdeep", *arguments[:-2]])
    best, *others = metrics_of(tmp_path)["trials"]
    first, *rest = result["rows"]
    assert float(first["val_pseudo_log_likelihood"]) == pytest.approx(best["score"], abs=5e-5)
    assert first["learning rate"] == f"{best['values']['learning_rate']:.3g}"
    assert first["epochs"] == 1 and "pseudo_log_likelihood" in first["test"]
    assert len(rest) == len(others) == 1 and "test" not in rest[0]
