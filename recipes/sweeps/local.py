"""Workers of a sweep on this machine, started and looked after by their chief."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

ENDS_WITH_PARENT = "KERASDEEP_ENDS_WITH_PARENT"
LAST_LINES = 3
LIVES = 3


class Workers:
    """Processes that run this command again as workers.

    Args:
        number: how many.
        address: `HOST:PORT` of their chief.
        output: folder of the sweep.
        logs: folder for what each of them says.

    Raises:
        ValueError: from `look`, where workers die again and again.
    """

    def __init__(self, number: int, address: str, output: Path, logs: Path) -> None:
        self.number, self.address, self.output, self.logs = number, address, output, logs
        self.threads = max(1, (os.cpu_count() or 1) // number)
        self.lives = LIVES * number
        self.processes = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in range(1, self.number + 1):
            self._start(number)
        return self

    def __exit__(self, *about: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()

    def _log(self, number):
        return self.logs / f"worker-{number}.log"

    def _start(self, number):
        environment = os.environ | {
            "TF_NUM_INTRAOP_THREADS": str(self.threads),
            "OMP_NUM_THREADS": str(self.threads),
            ENDS_WITH_PARENT: "1",
        }
        command = [sys.executable, "-m", "kerasdeep.recipes", *sys.argv[1:]]
        command += ["--role", "worker", "--chief", self.address, "--output", str(self.output)]
        with self._log(number).open("ab") as log:
            self.processes[number] = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment
            )

    def look(self) -> None:
        """Starts anew what has died."""
        for number, process in list(self.processes.items()):
            if process.poll() in (None, 0):
                continue
            self.lives -= 1
            last = self._log(number).read_text(errors="replace").splitlines()[-LAST_LINES:]
            if process.returncode == 2 or not self.lives:
                raise ValueError(f"A worker died: {' '.join(last)} See {self._log(number)}.")
            self._start(number)


def end_with_parent() -> None:
    """Ends this process, if it is one of `Workers`, when the process ends that started it."""
    if ENDS_WITH_PARENT in os.environ:
        threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent():
    sys.stdin.buffer.read()  # a pipe, which nothing is written to
    os._exit(1)


def free_address() -> str:
    """Returns an address of this machine alone that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
