"""Every entry, stopped in every stage, ends as if it had not been."""

import keras
import pytest

from kerasdeep import zoo
from kerasdeep.recipes import gallery
from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.saved.sample import draw_samples
from tests.recipes.short import differences, metrics_of, small, train

# Stages to stop in every layer of, and between two of them.
LAYERWISE = ("pretraining", "generative")


class Stopped(BaseException):
    """Where a process is killed."""


@pytest.fixture
def stop(monkeypatch):
    """Stops a run after the first epoch of a stage; returns the stages and epochs so far."""
    stops, save = [], Checkpoint.on_epoch_end

    def save_and_stop(checkpoint, epoch, logs=None):
        save(checkpoint, epoch, logs)
        if checkpoint.epoch == 1 or checkpoint.folder.name in LAYERWISE:
            stops.append((checkpoint.folder.name, checkpoint.epoch))
            raise Stopped

    monkeypatch.setattr(Checkpoint, "on_epoch_end", save_and_stop)
    return stops


@pytest.mark.parametrize(
    "name, changes, precision",
    [
        *((name, {}, "float32") for name in zoo.ENTRIES),
        ("dbn-dnn", {"adversarial": 0.5}, "mixed_float16"),
        ("mlp", {}, "mixed_bfloat16"),
    ],
)
def test_an_entry_stopped_in_every_stage_ends_the_same(
    name, changes, precision, stripes, stop, monkeypatch, tmp_path
):
    monkeypatch.setattr(gallery, "generative_figures", lambda *arguments: {})
    entry = small(name, **changes)
    told = {"dataset": stripes, "seed": 7, "precision": precision}
    for _ in range(20):
        keras.backend.clear_session()  # a new process has none
        try:
            train(entry, tmp_path / "stopped", **told, resume=True)
            break
        except Stopped:
            continue
    monkeypatch.undo()
    monkeypatch.setattr(gallery, "generative_figures", lambda *arguments: {})
    keras.backend.clear_session()
    train(entry, tmp_path / "whole", **told)
    assert len(stop) == len(set(stop))
    assert not differences(tmp_path / "whole", tmp_path / "stopped")
    history = metrics_of(tmp_path / "stopped")["history"]
    stages = {stage for stage, _ in stop}
    if entry.task == "bagging":
        assert stages == {"member_1", "member_2"}
    elif entry.task in ("reconstruction", "stacking"):
        before = {"pretraining"} if getattr(entry, "pretrain_epochs", 0) else set()
        assert stages == {entry.name} | before
    else:
        assert stages == (set(history) if stages & set(LAYERWISE) else {entry.name})
    if not entry.can_be_sampled:
        with pytest.raises(ValueError, match="draws nothing"):
            draw_samples(tmp_path / "whole", 2, 2, seed=0)
    else:
        assert draw_samples(tmp_path / "whole", 2, 2, seed=0).is_file()


def test_two_runs_that_differ_are_told_apart(stripes, tmp_path):
    for folder, seed in (("one", 0), ("other", 1)):
        train(small("rbm-20", epochs=1), tmp_path / folder, dataset=stripes, seed=seed)
    found = differences(tmp_path / "one", tmp_path / "other")
    assert any("kernel" in name or "vars" in name for name in found)
    assert any("reconstruction_error" in name for name in found)
    assert not any("seconds" in name for name in found)
