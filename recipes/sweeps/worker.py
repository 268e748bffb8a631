"""What a worker needs to ask a chief for trials, also one that is killed and comes back."""

import contextlib
import os
import socket
import threading
import time
from typing import Any

import grpc
import keras_tuner

from kerasdeep.recipes.sweeps.tuner import Tuner

BEATS = 6  # signs of life within a lease
PATIENCE_SECONDS = 600.0
CONNECT_SECONDS = 60.0
AGAIN_SECONDS = 1.0
IDLE_SECONDS = 1.0
LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


class FromChief:
    """For a tuner in a process that `connect` made a worker: it is patient with its chief.

    Attributes:
        lease: seconds without a sign of life after which the chief gives its trial to others.
    """

    lease = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.oracle.stub = Patient(self.oracle.stub)
        self._asked, self._ended = False, threading.Event()

    def save(self) -> None:
        """Leaves it to the chief."""

    def pre_create_trial(self) -> None:
        """Waits where the chief had no trial: theirs asks again at once."""
        if self._asked:
            time.sleep(IDLE_SECONDS)
        self._asked = True

    def on_trial_begin(self, trial: keras_tuner.engine.trial.Trial) -> None:
        super().on_trial_begin(trial)
        self._ended = threading.Event()
        arguments = [trial.trial_id, self._ended]
        threading.Thread(target=self._beat, args=arguments, daemon=True).start()

    def _beat(self, name, ended):
        while not ended.wait(self.lease / BEATS):
            with contextlib.suppress(grpc.RpcError, ValueError):
                self.oracle.get_trial(name)

    def on_trial_end(self, trial: keras_tuner.engine.trial.Trial) -> None:
        self._ended.set()
        super().on_trial_end(trial)
        self._asked = False


class Worker(FromChief, Tuner):
    """A worker that trains entries."""


class Patient:
    """A stub of gRPC that asks again while nobody answers, for ten minutes.

    All that a worker asks may be asked twice.

    Args:
        stub: keras-tuner's.
    """

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._stub, name)

        def ask(request, **kwargs):
            until = time.monotonic() + PATIENCE_SECONDS
            while True:
                try:
                    return method(request, **kwargs | {"timeout": PATIENCE_SECONDS})
                except grpc.RpcError as error:
                    if error.code() not in LOST:
                        raise
                    if time.monotonic() > until:
                        raise ValueError(
                            f"Expected an answer of the chief. Received: none in "
                            f"{PATIENCE_SECONDS:.0f} seconds ({error.details()}). Start the chief "
                            "again, then this worker."
                        ) from None
                    time.sleep(AGAIN_SECONDS)

        return ask


def connect(address: str, seconds: float = CONNECT_SECONDS) -> None:
    """Makes this process a worker of the chief at an address.

    Args:
        address: `HOST:PORT`.
        seconds: how long to wait for the chief. Default 60.

    Raises:
        ValueError: if nobody answers there.
    """
    channel = grpc.insecure_channel(address)
    try:
        grpc.channel_ready_future(channel).result(timeout=seconds)
    except grpc.FutureTimeoutError:
        raise ValueError(
            f"Expected a chief at {address}. Received: no answer in {seconds:.0f} seconds. Start "
            "it with --role chief, or name its address with --chief."
        ) from None
    finally:
        channel.close()
    host, _, port = address.rpartition(":")
    os.environ["KERASTUNER_ORACLE_IP"], os.environ["KERASTUNER_ORACLE_PORT"] = host, port
    # A name of its own in every process; one with "chief" in it would be taken for the chief.
    host = socket.gethostname().lower().replace("chief", "host")
    os.environ["KERASTUNER_TUNER_ID"] = f"{host}-{os.getpid()}"
