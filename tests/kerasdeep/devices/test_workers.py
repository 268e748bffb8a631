"""Several processes that train one model, as several machines would, and what keeps them apart."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

from kerasdeep.devices import Cluster
from tests import replicas
from tests.clusters import addresses, config
from tests.kerasdeep.devices.classifiers import KINDS as CLASSIFIERS
from tests.kerasdeep.training.models import KINDS
from tests.kinds import weights

TOGETHER = ["rbm", "gaussian_rbm", "dbn", "labelled_dbm", "virtual_adversarial"]


def test_two_processes_end_where_one_does_given_the_random_numbers(tmp_path, close):
    workers = addresses(2)
    command = [sys.executable, "-m", "tests.kerasdeep.devices.worker"]
    processes = []
    for index in range(2):
        (tmp_path / str(index)).mkdir()
        environment = {**os.environ, "TF_CONFIG": config(workers, index)}
        arguments = [*command, str(tmp_path / str(index)), *TOGETHER]
        processes.append(subprocess.Popen(arguments, env=environment, stderr=subprocess.PIPE))
    for process in processes:
        _, said = process.communicate(timeout=600)
        assert process.returncode == 0, said.decode()[-3000:]
    first, second = (np.load(tmp_path / str(index) / "order.npz")["order"] for index in range(2))
    np.testing.assert_array_equal(first, second)
    assert sorted(first) == list(range(12)) != list(first)
    for kind in (*KINDS, *CLASSIFIERS):
        name = kind.make.__name__
        if name not in TOGETHER:
            continue
        with replicas.given_numbers():
            alone, told = replicas.trained(kind, contextlib.nullcontext())
        first, second = (np.load(tmp_path / str(index) / f"{name}.npz") for index in range(2))
        for key in first.files:
            np.testing.assert_array_equal(first[key], second[key], err_msg=f"{name} {key}")
        for number, weight in enumerate(weights(alone)):
            close("two workers, weights", first[f"weight_{number}"], weight, 1e-6)
        for key, numbers in told.items():
            scale = 1 + np.abs(numbers).max()
            close("two workers, logs", first[key] / scale, numbers / scale, 1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "{not JSON",
        "[]",
        "{}",
        config(["host1:1", "host2:2"], 2),
        config(["host1:1", "host2:2"], -1),
        config(["host1", "host2"], 0),
        config(["host1:1", "host2:70000"], 0),
        '{"cluster": {"worker": ["a:1", "b:2"]}, "task": {"type": "ps", "index": 0}}',
    ],
)
def test_a_wrong_tf_config_is_refused(text, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match="TF_CONFIG expects JSON"):
        Cluster.from_environment()


def test_a_chief_is_the_first_worker(monkeypatch):
    cluster = {"chief": ["a:1"], "worker": ["b:2", "c:3"]}
    for task, index in (("chief", 0), ("worker", 0), ("worker", 1)):
        told = {"cluster": cluster, "task": {"type": task, "index": index}}
        monkeypatch.setenv("TF_CONFIG", json.dumps(told))
        expected = 0 if task == "chief" else index + 1
        assert Cluster.from_environment() == (("a:1", "b:2", "c:3"), expected)


def test_a_cluster_of_one_is_none(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config(["host1:1"], 0))
    assert Cluster.from_environment() is None


def test_a_missing_worker_is_named():
    here, missing = addresses(2)
    with pytest.raises(ValueError, match=rf"no answer from {missing} within 0.5 s"):
        Cluster([here, missing], 0).wait(0.5)


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("", 0)) as taken:
        here = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ValueError, match=rf"this worker is {here}"):
            Cluster([here, "127.0.0.1:1"], 0).wait(0.5)


def test_workers_that_come_one_after_the_other_find_each_other():
    """Each goes on as TensorFlow does: it listens at the same place."""
    workers, found = addresses(3), []

    def come(index):
        Cluster(workers, index).wait(30)
        port = int(workers[index].rpartition(":")[2])
        found.append(socket.create_server(("", port)))

    threads = [threading.Timer(0.3 * index, come, [index]) for index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in found:
        server.close()
    assert len(found) == 3
