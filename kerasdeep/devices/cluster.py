"""The machines that `TF_CONFIG` names, and whether they are there."""

import json
import os
import socket
import time
from typing import NamedTuple, Self

WAIT_SECONDS = 60.0
EXAMPLE = (
    '{"cluster": {"worker": ["host1:12345", "host2:12345"]}, '
    '"task": {"type": "worker", "index": 0}}'
)


class Cluster(NamedTuple):
    """Workers that train one model together.

    Attributes:
        workers: `HOST:PORT` of each.
        index: which of them this process is, from 0.
    """

    workers: tuple[str, ...]
    index: int

    @classmethod
    def from_environment(cls) -> Self | None:
        """Returns the cluster of the environment variable `TF_CONFIG`; None for one of one process.

        Raises:
            ValueError: if it is not JSON, has no workers, or this process is none of them.
        """
        text = os.environ.get("TF_CONFIG", "")
        if not text:
            return None
        try:
            told = json.loads(text)
            cluster, task = told["cluster"], told["task"]
            # A chief, where there is one, is the first worker.
            workers = [*cluster.get("chief", []), *cluster.get("worker", [])]
            own = cluster[task["type"]][task["index"]]
            index = workers.index(own)
            if task["index"] < 0 or not all(map(_is_address, workers)):
                raise ValueError
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise ValueError(
                f"TF_CONFIG expects JSON that names every worker and which this one is, such as "
                f"{EXAMPLE}. Received: {text[:300]!r}. Set it on every machine, with another index "
                "on each, or unset it to train on this machine alone."
            ) from None
        return cls(tuple(workers), index) if len(workers) > 1 else None

    def wait(self, seconds: float = WAIT_SECONDS) -> None:
        """Returns once all workers are there: TensorFlow itself would wait for them for an hour.

        Each listens where TensorFlow will, until it has reached all others.

        Args:
            seconds: how long to wait.

        Raises:
            ValueError: if one is missing after that, or something else listens here.
        """
        deadline = time.monotonic() + seconds
        with self._listening():
            missing = [one for number, one in enumerate(self.workers) if number != self.index]
            while missing:
                missing = [worker for worker in missing if not _answers(worker)]
                if missing and time.monotonic() > deadline:
                    raise ValueError(
                        f"TF_CONFIG names {len(self.workers)} workers. Received: no answer from "
                        f"{', '.join(missing)} within {seconds:g} s. Start the same command there, "
                        "see that this machine can reach it, or take it out of every TF_CONFIG."
                    )
                if missing:
                    time.sleep(0.2)

    def _listening(self):
        address = self.workers[self.index]
        port = int(address.rpartition(":")[2])
        try:
            if socket.has_dualstack_ipv6():
                return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
            return socket.create_server(("", port))
        except OSError as error:
            raise ValueError(
                f"TF_CONFIG says that this worker is {address}. Received: a port that cannot be "
                f"had ({error.strerror}). End what listens there, or choose another port for it."
            ) from None


def _is_address(worker):
    host, _, port = worker.rpartition(":")
    return bool(host) and port.isdigit() and 0 < int(port) < 65536


def _answers(worker):
    host, _, port = worker.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=2).close()
    except OSError:
        return False
    return True
