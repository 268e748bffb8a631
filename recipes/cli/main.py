"""Runs the command, and ends its process: with a line for a person, or with a traceback."""

import contextlib
import os
import sys
import threading
from typing import NoReturn

from kerasdeep.recipes.cli.interrupts import Interrupts, interrupted

_leaving = threading.Lock()


def main() -> None:
    """Runs the command; what a user can mend ends in one line on stderr and exit code 2."""
    # TensorFlow's C++ side logs to file descriptor 2; a person reads Python's stderr.
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    interrupts = Interrupts(lambda: leave(interrupted(), 130))
    try:
        from kerasdeep.recipes.cli.app import app

        app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except BaseException as error:
        if not interrupts.happened:
            from kerasdeep.recipes.cli.errors import mendable

            message, code = mendable(error)
            if message is None:
                raise
            leave(message, code)
    if interrupts.happened:  # typer makes an exit code of it, others an error of their own
        leave(interrupted(), 130)


def leave(message: str, code: int) -> NoReturn:
    """Writes one line to stderr and ends the process there and then.

    Python's own end would wait for threads that still work, and for HDF5, which crashes where it
    could not write a file.
    """
    _leaving.acquire()  # and never released: two threads may want to leave
    sys.stderr.write(f"kerasdeep: {' '.join(message.split())}\n")
    with contextlib.suppress(OSError):  # nobody reads it any more
        sys.stdout.flush()
    os._exit(code)
