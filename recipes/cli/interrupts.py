"""Ctrl-C, which Python does not hear for as long as a compiled loop runs."""

import os
import shlex
import signal
import threading
import time
from collections.abc import Callable

from kerasdeep.recipes.runs import lock

# What hears it puts its files away in that time; a compiled loop has nothing to put away.
GRACE_SECONDS = 0.8


class Interrupts:
    """Ends the process soon after Ctrl-C, unless KeyboardInterrupt has ended it before.

    The signal wakes a thread, which no compiled loop holds up.

    Args:
        end: function that ends the process, called in that thread.

    Attributes:
        happened: whether there was an interrupt.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        self.happened = False
        self._end = end
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return  # a process in the background does not hear Ctrl-C
        self._read, written = os.pipe()
        os.set_blocking(written, False)
        signal.signal(signal.SIGINT, self._hear)
        signal.set_wakeup_fd(written)
        threading.Thread(target=self._wait, daemon=True).start()

    def _hear(self, number, frame):
        if not self.happened:  # who presses twice is not to disturb the tidying up
            self.happened = True
            raise KeyboardInterrupt

    def _wait(self):
        os.read(self._read, 1)
        time.sleep(GRACE_SECONDS)
        self._end()


def interrupted() -> str:
    """Returns what to say after Ctrl-C: how to go on with the run that was under way, if any."""
    # What a worker but the first keeps to itself is gone already.
    folders = [folder for folder in lock.held() if folder.is_dir()]
    if not folders and "TF_CONFIG" in os.environ:
        return "interrupted; the first worker of TF_CONFIG says how to go on"
    if not folders:
        return "interrupted before there was anything to go on with"
    return (
        "interrupted; to go on, the same command with "
        f"--output {shlex.quote(str(folders[0]))} --resume"
    )
