"""Sweeps by a chief and its workers, and what becomes of them when some of these die."""

import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from keras_tuner.src import protos

from kerasdeep.recipes.sweeps import chief as chiefs
from kerasdeep.recipes.sweeps.local import free_address
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.recipes.sweeps.worker import FromChief, connect
from tests.recipes.short import metrics_of
from tests.recipes.sweeps.test_oracles import Planted, planted

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # keras-tuner's own
COMMAND = Path(sys.executable).with_name("kerasdeep")


class PlantedWorker(FromChief, Planted):
    lease = 3.0
    dies_in = None

    def run_trial(self, trial):
        if len(self.trained) == self.dies_in:
            self._ended.set()
            raise SystemExit
        return super().run_trial(trial)


@pytest.fixture(autouse=True)
def alone():
    """Leaves nothing of what `connect` makes of a process."""
    yield
    for name in ("ORACLE_IP", "ORACLE_PORT", "TUNER_ID"):
        os.environ.pop(f"KERASTUNER_{name}", None)


@pytest.fixture
def worker(tmp_path):
    """Returns a function that makes a worker of a chief; each has a name of its own."""

    def make(address, number, oracle):
        connect(address, seconds=20)
        os.environ["KERASTUNER_TUNER_ID"] = f"worker-{number}"
        return PlantedWorker(oracle, tmp_path)

    return make


def in_threads(functions):
    def run(function):
        with contextlib.suppress(SystemExit):
            function()

    threads = [threading.Thread(target=run, args=[one], daemon=True) for one in functions]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.parametrize("name", ["random", "hyperband"])
def test_no_trial_is_skipped_or_run_twice(name, tmp_path, worker):
    """200 trials of a random search and 40 of Hyperband, by three workers; one dies."""
    trials = 200 if name == "random" else 40
    oracle, address = planted(name, tmp_path, trials=trials).oracle, free_address()
    ended, said = [], []
    arguments = (oracle, address, lambda trial: ended.append(trial.trial_id), said.append, 3.0)
    (chief,) = in_threads([lambda: chiefs.serve(*arguments)])
    workers = [worker(address, number, oracle) for number in range(3)]
    workers[0].dies_in = 7
    for thread in in_threads([one.search for one in workers]):
        thread.join(120)
    chief.join(20)
    assert not chief.is_alive()
    assert sorted(ended) == sorted(oracle.trials) and len(ended) == trials
    trained = collections.Counter(name for one in workers for name in one.trained)
    assert set(trained) == set(oracle.trials) and set(trained.values()) == {1}
    assert all(one.trained for one in workers)
    assert len(said) == 1 and "worker-0 gave no sign of life" in said[0]


TUNE = ("tune", "rbm", "--trials", 5, "--epochs", 20, "--fix", "num-hidden=20", "--lease", 15)


def start(*arguments):
    return subprocess.Popen(
        [COMMAND, *map(str, (*TUNE, *arguments))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(happened, *processes, seconds=90):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until and all(one.poll() is None for one in processes)
        time.sleep(0.05)


def kill(process):
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0]


def test_a_worker_and_then_the_chief_are_killed(tmp_path):
    """In the midst of trials; the worker never comes back, the chief does."""
    address, sweep = free_address(), tmp_path / "sweep"
    common = ("--chief", address, "--output", sweep)
    chief = start("--role", "chief", *common)
    workers = [start("--role", "worker", *common) for _ in range(2)]

    def at_work():
        return len(list(sweep.glob("trials/*/*/checkpoints/rbm"))) == 2

    wait_for(at_work, chief, *workers)
    killed = kill(workers[0])
    out = kill(chief)
    chief = start("--role", "chief", "--resume", *common)
    done, _ = workers[1].communicate(timeout=120)
    out += chief.communicate(timeout=60)[0]
    assert (chief.returncode, workers[1].returncode) == (0, 0), out + done + killed
    trials = metrics_of(sweep)["trials"]
    assert sorted(one["trial"] for one in trials) == list("01234")
    assert all(one["failed"] is None for one in trials)
    assert re.search("gave no sign of life; trial . is tried again", out)
    assert len(re.findall(r"\d/5 trials", out)) == 5
    assert re.search(r"trials of this worker\D*[45]", done)


def test_workers_of_this_machine(tmp_path):
    process = start("--workers", 2, "--output", tmp_path / "sweep")
    out, _ = process.communicate(timeout=150)
    assert process.returncode == 0, out
    assert len(metrics_of(tmp_path / "sweep")["trials"]) == 5
    logs = [(tmp_path / "sweep" / "trials" / f"worker-{n}.log").read_text() for n in (1, 2)]
    done = [int(re.search(r"trials of this worker\D*(\d)", log)[1]) for log in logs]
    assert sum(done) == 5 and min(done) >= 1


def test_a_chief_ends_where_nothing_is_left_to_do(tmp_path):
    """All trials have ended, but it was killed before it said so; and a worker died at the end."""
    planted("random", tmp_path, trials=3).search()
    arguments = (lambda trial: None, lambda line: None, 1.0)
    chiefs.serve(planted("random", tmp_path, trials=3).oracle, free_address(), *arguments)
    oracle = planted("random", tmp_path, trials=4).oracle
    chief = chiefs.Chief(oracle, 0.1, *arguments[:2])
    trial = oracle.create_trial("worker-0")
    chief._seen["worker-0"] = time.monotonic()
    for tries in (1, 2, 3):
        time.sleep(0.2)
        assert not chief.done()
        chief.look_after_workers()
        if tries < 3:
            assert oracle.create_trial(f"worker-{tries}") is trial
            chief._seen[f"worker-{tries}"] = time.monotonic()
    assert chief.done() and (trial.status, trial.message) == ("FAILED", "3 workers died of it.")


def test_a_trial_that_is_ended_twice_has_ended_once(tmp_path):
    """By a worker whose first answer was lost, or that was taken for dead."""
    oracle, ended = planted("random", tmp_path).oracle, []
    chief = chiefs.Chief(oracle, 60.0, ended.append, lambda line: None)
    trial = oracle.create_trial("worker-0")
    oracle.update_trial(trial.trial_id, {"score": 1.0})
    trial.status = "COMPLETED"
    for _ in range(2):
        chief.EndTrial(protos.get_service().EndTrialRequest(trial=trial.to_proto()), None)
    assert oracle.end_order == ["00"] and ended == [trial] and not oracle.ongoing_trials


def test_a_second_chief_and_no_chief(tmp_path):
    with pytest.raises(ValueError, match="Expected a chief at 127.0.0.1:1. .*in 1 seconds"):
        connect("127.0.0.1:1", seconds=1)
    oracle, address = planted("random", tmp_path).oracle, free_address()
    arguments = (oracle, address, lambda trial: None, lambda line: None, 1.0)
    in_threads([lambda: chiefs.serve(*arguments)])
    connect(address, seconds=20)
    with pytest.raises(ValueError, match=f"can listen on. Received: {address}, which another"):
        chiefs.serve(*arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"role": "chief"}, "--role chief needs --chief HOST:PORT, and --output"),
        ({"role": "worker", "chief": ":5000"}, "--role worker needs"),
        ({"chief": ":5000"}, "--chief needs --role"),
        ({"role": "chief", "chief": ":50000000", "output": "x"}, "HOST:PORT.*':50000000'"),
        ({"role": "chief", "chief": "here", "output": "x"}, "HOST:PORT.*'here'"),
        ({"role": "chief", "chief": ":5000", "output": "x", "workers": 2}, "--workers is for"),
    ],
)
def test_options_that_do_not_go_together(options, words):
    with pytest.raises(ValueError, match=words):
        TuneOptions(**options)


def test_a_chief_listens_on_this_machine_alone_unless_told():
    for given, address in ((":5000", "127.0.0.1:5000"), ("0.0.0.0:5000", "0.0.0.0:5000")):
        assert TuneOptions(role="chief", chief=given, output="x").address == address
