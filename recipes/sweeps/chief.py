"""The chief of a sweep on many machines: keras-tuner's, mended where it waits for ever.

Theirs waits for workers that have crashed, gives the trials of a chief that was killed to others
though their workers are still at work, sends workers home while a trial may still have to be tried
again, and answers nobody any more once a request has failed.
"""

import collections
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import keras_tuner
from keras_tuner.src import protos
from keras_tuner.src.distribute.oracle_chief import OracleServicer
from keras_tuner.src.engine import oracle as engine

LOOK_SECONDS = 0.2
DEATHS = 3


class Chief(OracleServicer):
    """Answers workers, one request at a time.

    Args:
        oracle: chooses the trials.
        lease: seconds after which a worker that gave no sign of life has died; its trial is tried
            again, by whoever asks next.
        on_end: function of each trial that has ended.
        say: function of a line for a person.
    """

    def __init__(
        self,
        oracle: keras_tuner.Oracle,
        lease: float,
        on_end: Callable[[keras_tuner.engine.trial.Trial], None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(oracle)
        self.lease, self.on_end, self.say = lease, on_end, say
        self._lock = threading.Lock()
        self._deaths = collections.Counter()
        self._seen = dict.fromkeys(oracle.ongoing_trials, time.monotonic())

    @contextlib.contextmanager
    def _one_at_a_time(self, worker: str | None = None) -> Iterator[None]:
        with self._lock:
            if worker is not None:
                self._seen[worker] = time.monotonic()
            try:
                yield
            finally:  # theirs keeps its lock where a request fails
                if engine.LOCKS[self.oracle].locked():
                    engine.THREADS[self.oracle] = None
                    engine.LOCKS[self.oracle].release()

    def CreateTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        with self._one_at_a_time(request.tuner_id):
            trial = self.oracle.create_trial(request.tuner_id)
            if trial.status == "STOPPED":
                if self.oracle.ongoing_trials:  # one of which may have to be tried again
                    trial.status = "IDLE"
                else:
                    self.oracle.finished = True
                    self.oracle.save()
                    del self._seen[request.tuner_id]
            return protos.get_service().CreateTrialResponse(trial=trial.to_proto())

    def GetTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        with self._one_at_a_time(self._worker_of(request.trial_id)):
            return super().GetTrial(request, context)

    def UpdateTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        with self._one_at_a_time(self._worker_of(request.trial_id)):
            return super().UpdateTrial(request, context)

    def EndTrial(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        name = request.trial.trial_id
        with self._one_at_a_time(self._worker_of(name)):
            if name in self.oracle.end_order:  # asked again, or by one that was taken for dead
                return protos.get_service().EndTrialResponse()
            waiting = self.oracle._retry_queue
            waiting[:] = [other for other in waiting if other != name]
            answer = super().EndTrial(request, context)
            self.oracle.save()
            self.on_end(self.oracle.trials[name])
            return answer

    def _worker_of(self, name):
        ongoing = list(self.oracle.ongoing_trials.items())
        return next((worker for worker, trial in ongoing if trial.trial_id == name), None)

    def look_after_workers(self) -> None:
        """Lets the trials of workers that have died be tried again."""
        with self._lock:
            now = time.monotonic()
            for worker, seen in list(self._seen.items()):
                if now - seen > self.lease:
                    del self._seen[worker]
                    trial = self.oracle.ongoing_trials.pop(worker, None)
                    if trial:
                        self._try_again(worker, trial)

    def _try_again(self, worker, trial):
        name = trial.trial_id
        self._deaths[name] += 1
        if self._deaths[name] < DEATHS:
            self.oracle._retry_queue.append(name)
            self.say(f"{worker} gave no sign of life; trial {name} is tried again")
        else:
            trial.status, trial.message = "FAILED", f"{DEATHS} workers died of it."
            self.oracle.end_order.append(name)
            self.oracle._save_trial(trial)
            self.on_end(trial)
        self.oracle.save()

    def done(self) -> bool:
        """Returns whether all trials have ended and all workers are gone."""
        with self._lock:
            oracle = self.oracle
            waiting = oracle.ongoing_trials or oracle._retry_queue or self._seen
            return not waiting and (oracle.finished or len(oracle.end_order) >= oracle.max_trials)


def serve(
    oracle: keras_tuner.Oracle,
    address: str,
    on_end: Callable[[keras_tuner.engine.trial.Trial], None],
    say: Callable[[str], None],
    lease: float,
    look: Callable[[], None] = lambda: None,
) -> None:
    """Answers workers until all trials have ended.

    Args:
        oracle, on_end, say, lease: as of `Chief`.
        address: `HOST:PORT` to listen on.
        look: function that is called again and again meanwhile.

    Raises:
        ValueError: for an address that is not to be had.
    """
    chief = Chief(oracle, lease, on_end, say)
    # Without the option a second chief could listen on the same port.
    server = grpc.server(futures.ThreadPoolExecutor(1), options=[("grpc.so_reuseport", 0)])
    protos.get_service_grpc().add_OracleServicer_to_server(chief, server)
    try:
        server.add_insecure_port(address)
    except RuntimeError:
        raise ValueError(
            f"Expected an address that a chief can listen on. Received: {address}, which another "
            "chief may have, or which is not this machine's. Choose another with --chief."
        ) from None
    server.start()
    try:
        while not chief.done():
            time.sleep(LOOK_SECONDS)
            chief.look_after_workers()
            look()
    finally:
        server.stop(grace=1).wait()
