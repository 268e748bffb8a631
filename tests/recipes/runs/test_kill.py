"""Runs that are killed, resumed, and kept from writing.

`test_resume.py` stops every entry within one process; `python benchmarks/kill_and_resume.py` kills
runs of them 20 times at random moments.
"""

import dataclasses
import errno
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kerasdeep.recipes.runs import lock
from kerasdeep.recipes.runs.checkpoint import Checkpoint
from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.intact import intact
from kerasdeep.recipes.runs.options import TrainOptions
from tests.recipes.short import differences, heed_ctrl_c, metrics_of, small, train

COMMAND = Path(sys.executable).with_name("kerasdeep")
RBM = (
    *("train", "rbm", "--epochs", 25, "--num-hidden", 30),
    *("--binarize", "stochastic", "--temperatures", 20),
)


def start(*arguments, **kwargs):
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **kwargs,
    )


def run(*arguments, code=0, **kwargs):
    process = start(*arguments, **kwargs)
    out, err = process.communicate()
    assert process.returncode == code, out + err
    return err if code else out


def kill_when(process, happened):
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_killed_run_resumes_to_the_same_weights(tmp_path):
    """Killed in the middle of training and while a checkpoint is written, the newest damaged."""
    options = {"binarization": "stochastic", "dataset": "digits"}
    entry = small("rbm", epochs=25, num_hidden=30, num_chains=100)
    train(entry, tmp_path / "whole", **options)
    killed = tmp_path / "killed"
    command = (*RBM, "--output", killed, "--resume")
    kill_when(start(*command), lambda: list(killed.glob("checkpoints/rbm/epoch-*")))
    kill_when(start(*command), lambda: list(killed.glob("checkpoints/rbm/.unfinished-epoch-*")))
    damage(max(killed.glob("checkpoints/rbm/epoch-*")) / "state.weights.h5")
    with pytest.raises(ValueError, match="Received: epochs=9 where it has 25"):
        train(dataclasses.replace(entry, epochs=9), killed, resume=True, **options)
    with pytest.raises(ValueError, match="already holds files"):
        train(entry, killed, **options)
    train(entry, killed, resume=True, **options)
    assert not differences(tmp_path / "whole", killed)
    history = metrics_of(killed)["history"]
    assert len(history["reconstruction_error"]) == len(history["free_energy_gap"]) == 25
    assert not (killed / "checkpoints").exists() and not (killed / "run.json").exists()
    with pytest.raises(ValueError, match="a finished run"):
        train(entry, killed, resume=True, **options)


def damage(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_folder_is_of_one_run_which_ctrl_c_ends(tmp_path):
    process = start(*RBM, "--output", tmp_path, preexec_fn=heed_ctrl_c)
    while not list(tmp_path.glob("checkpoints/rbm/epoch-*")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    with pytest.raises(ValueError, match="where another run is at work"):
        Run("rbm", TrainOptions(output=str(tmp_path), resume=True))
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert error == (
        f"kerasdeep: interrupted; to go on, the same command with --output {tmp_path} --resume\n"
    )
    assert process.returncode == 130
    assert all(intact(path) for path in tmp_path.glob("checkpoints/rbm/epoch-*"))
    with pytest.raises(ValueError, match="options that the run was started with"):
        Run("rbm", TrainOptions(output=str(tmp_path), resume=True))
    lock.release(tmp_path)


def interrupt_after_an_epoch(checkpoint, logs=None):
    checkpoint._start = time.perf_counter()
    save = checkpoint.on_epoch_end

    def save_and_interrupt(epoch, logs=None):
        save(epoch, logs)
        raise KeyboardInterrupt

    checkpoint.on_epoch_end = save_and_interrupt


def test_a_full_disk_ends_in_one_line_and_leaves_the_last_checkpoint(monkeypatch, tmp_path):
    """A disk that is full is played by a limit on the size of a file."""
    folder = tmp_path / "run"
    command = (
        *("train", "rbm", "--epochs", 4, "--num-hidden", 400, "--temperatures", 20),
        *("--output", folder, "--resume"),
    )
    entry = small("rbm", epochs=4, num_hidden=400, num_chains=100, temperatures=20)
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr(Checkpoint, "on_train_begin", interrupt_after_an_epoch)
        train(entry, folder)
    lock.release(folder)  # as the end of a process does
    (before,) = folder.glob("checkpoints/rbm/epoch-*")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    error = run(*command, code=2, preexec_fn=limit)
    assert error.count("\n") == 1 and "Could not save the state of epoch" in error
    assert f"That of {before.name} is intact" in error and "--resume" in error
    assert [path.name for path in folder.glob("checkpoints/rbm/epoch-*")] == [before.name]
    assert train(entry, folder, resume=True)[0][0] == "test reconstruction error"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_refused_before_training(tmp_path):
    tmp_path.chmod(0o500)
    assert "can be written" in run(*RBM, "--output", tmp_path / "run", code=2)


def test_resume_needs_something_to_resume(tmp_path):
    (tmp_path / "file").write_text("of somebody")
    with pytest.raises(ValueError, match="no run to go on with"):
        Run("rbm", TrainOptions(output=str(tmp_path), resume=True))
    with pytest.raises(ValueError, match="--resume needs --output"):
        TrainOptions(resume=True)
    with pytest.raises(ValueError, match=r"a name in UTF-8.* Received: 'a.udcff'"):
        TrainOptions(output="a\udcff")


@pytest.mark.parametrize("content", ["", '{"recipe": "rb', "[1, 2]", "\udcff", "[" * 100_000])
def test_a_damaged_record_of_a_run_is_named(content, tmp_path):
    file = tmp_path / "run.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=f"Expected {file} .* in JSON. Received: .* Start anew"):
        Run("rbm", TrainOptions(output=str(tmp_path), resume=True))


def test_what_cannot_be_saved_is_named_and_leaves_nothing(tmp_path):
    run = Run("rbm", TrainOptions(output=str(tmp_path)))

    def save(path):
        path.write_text("half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="Could not save .*/model.keras .*No space.*--resume"):
        run.save_model(SimpleNamespace(save=save))
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_number_is_computed_once_and_again_where_it_is_damaged(tmp_path):
    run, computed = Run("rbm", TrainOptions(output=str(tmp_path))), []

    def compute(number):
        computed.append(number)
        return number

    assert [run.remember("seven", compute, 7), run.remember("seven", compute, 7)] == [7, 7]
    (file,) = tmp_path.glob("checkpoints/seven*/number.json")
    file.write_text("8")
    assert run.remember("seven", compute, 7) == 7 and computed == [7, 7]
