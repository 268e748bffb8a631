"""Runs on several devices and machines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasdeep import zoo
from kerasdeep.recipes import gallery
from kerasdeep.recipes.cli.errors import mendable
from kerasdeep.recipes.runs.options import DeviceOptions
from tests.clusters import addresses, config
from tests.recipes.short import differences, metrics_of, small, train

COMMAND = Path(sys.executable).with_name("kerasdeep")
RUN = ("train", "dbm", "--num-hidden", "12,10", "--epochs", "2", "--fine-tune-epochs", "2")


@pytest.mark.parametrize("name", zoo.ENTRIES)
def test_every_entry_trains_on_two_devices(name, stripes, monkeypatch, tmp_path):
    monkeypatch.setattr(gallery, "generative_figures", lambda *arguments: {})
    train(small(name), tmp_path, dataset=stripes, devices="2")
    assert metrics_of(tmp_path)["num_replicas"] == 2


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
    said = ["".join(process.communicate(timeout=600)) for process in processes]
    return [process.returncode for process in processes], said


def test_two_workers_resume_what_two_workers_began(tmp_path):
    """The first alone keeps the folder, and tells the other where to go on."""
    codes, said = ended(start(tmp_path / "whole", addresses(2)))
    assert codes == [0, 0], said
    assert "worker 1: the first one" in said[1] and "test error" not in said[1]
    assert metrics_of(tmp_path / "whole")["num_replicas"] == 2
    processes = start(tmp_path / "killed", addresses(2))
    for line in processes[0].stdout:
        if "generative  1/2 epochs" in line:
            break
    processes[1].kill()
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
