"""Runs on several devices and machines."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from kerasdeep import devices, zoo
from kerasdeep.energies import gibbs
from kerasdeep.recipes import gallery
from kerasdeep.recipes.cli.errors import mendable
from kerasdeep.recipes.runs.intact import intact, write_checksums
from kerasdeep.recipes.runs.options import DeviceOptions
from kerasdeep.recipes.runs.team import Team
from kerasdeep.recipes.saved.files import load_model
from kerasdeep.training import compilers
from tests.clusters import addresses, config
from tests.recipes.short import differences, metrics_of, small, train

COMMAND = Path(sys.executable).with_name("kerasdeep")
RUN = ("train", "dbm", "--num-hidden", "12,10", "--epochs", "2", "--fine-tune-epochs", "2")


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_every_entry_trains_on_two_devices_in_mixed_precision(name, stripes, monkeypatch, tmp_path):
    """As an entry of many weights, of whose programs XLA would make some on one device."""
    monkeypatch.setattr(gallery, "generative_figures", lambda *arguments: {})
    monkeypatch.setattr(compilers, "MANY_WEIGHTS", 0)
    monkeypatch.setattr(gibbs, "MANY_WEIGHTS", 0)
    train(small(name), tmp_path, dataset=stripes, devices="2", precision="mixed_bfloat16")
    assert metrics_of(tmp_path)["num_replicas"] == 2
    assert keras.config.dtype_policy().name == "float32"
    model = load_model(tmp_path)
    policies = {layer.dtype_policy.name for layer in model.layers if layer.weights}
    assert "mixed_bfloat16" in policies | {model.dtype_policy.name}


def start(folder, workers, *more):
    """Starts a run on all workers."""
    return [
        subprocess.Popen(
            [COMMAND, *RUN, "--output", folder, *more],
            env={**os.environ, "TF_CONFIG": config(workers, index)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(len(workers))
    ]


def ended(processes):
    """Returns exit codes, and what the processes said."""
    try:
        said = ["".join(process.communicate(timeout=300)) for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [process.returncode for process in processes], said


def test_two_workers_resume_what_two_workers_began(tmp_path):
    """The first alone keeps the folder, and tells the other where to go on."""
    codes, said = ended(start(tmp_path / "whole", addresses(2)))
    assert codes == [0, 0], said
    assert "worker 1: the first one" in said[1] and "test error" not in said[1]
    assert metrics_of(tmp_path / "whole")["num_replicas"] == 2
    processes = start(tmp_path / "killed", addresses(2))
    for line in processes[0].stdout:
        if "generative  2/2 epochs" in line:
            break
    processes[1].kill()
    assert list((tmp_path / "killed" / "checkpoints" / "generative").glob("epoch-000001"))
    codes, said = ended(processes)
    assert codes[0] == 2
    assert "kerasdeep: The training ended with worker 1 of TF_CONFIG" in said[0]
    codes, said = ended(start(tmp_path / "killed", addresses(2), "--resume"))
    assert codes == [0, 0], said
    assert not differences(tmp_path / "whole", tmp_path / "killed")


@pytest.mark.parametrize("devices", ["none", "0", "-1", "1.5", ""])
def test_a_number_of_devices_that_is_none_is_refused(devices):
    with pytest.raises(ValueError, match="--devices expects all, or a number"):
        DeviceOptions(devices=devices)


def test_a_wrong_tf_config_is_one_line(tmp_path):
    environment = {**os.environ, "TF_CONFIG": "{"}
    command = [COMMAND, "train", "rbm", "--output", tmp_path / "run"]
    process = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert line.startswith("kerasdeep: TF_CONFIG expects JSON")
    assert not (tmp_path / "run").exists()


def test_who_is_gone_is_named():
    text = (
        "... device_/job:worker/replica:0/task:0 ... Collective ops is aborted by: ... /task:3 ..."
    )
    error = RuntimeError(text)
    message, code = mendable(error)
    assert "ended with worker 3 of TF_CONFIG" in message and code == 2


def test_a_damaged_state_is_not_what_the_others_go_on_from(tmp_path, monkeypatch):
    """All get the newest that is intact, as the first worker itself goes on from it."""
    first, other, sent = tmp_path / "first", tmp_path / "other", []
    for number in range(3):
        folder = first / f"epoch-{number:06d}"
        folder.mkdir(parents=True)
        (folder / "state.weights.h5").write_bytes(b"weights of %d" % number)
        write_checksums(folder)
    (folder / "state.weights.h5").write_bytes(b"damaged")
    tell = "from_first_worker"
    monkeypatch.setattr(devices, tell, lambda content: sent.append(content) or content)
    Team(2, 0).share(first)
    monkeypatch.setattr(devices, tell, lambda content: sent[0])
    Team(2, 1).share(other)
    (state,) = other.iterdir()
    assert state.name == "epoch-000001" and intact(state)
