"""Ctrl-C, which a compiled loop does not hear for as long as it runs, and an end at once."""

import os
import signal
import sys
import threading

# Python raises KeyboardInterrupt between two of its own steps. One second is enough for a run that
# hears it to put its files away; one that is deep in a compiled loop has nothing to put away.
GRACE_SECONDS = 1.0


class Interrupts:
    """Ends the process a second after Ctrl-C, unless Python has ended it before.

    The signal wakes a thread, which no compiled loop holds up.

    Args:
        end: function that ends the process, called in that thread.

    Attributes:
        happened: whether there was an interrupt.
    """

    def __init__(self, end):
        self.happened = False
        self._end = end
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return  # a process in the background ignores Ctrl-C
        self._written, written = os.pipe()
        os.set_blocking(written, False)
        signal.signal(signal.SIGINT, self._hear)
        signal.set_wakeup_fd(written)
        threading.Thread(target=self._wait, daemon=True).start()

    def _hear(self, number, frame):
        self.happened = True
        raise KeyboardInterrupt

    def _wait(self):
        os.read(self._written, 1)
        self.happened = True
        threading.Event().wait(GRACE_SECONDS)
        self._end()


_leaving = threading.Lock()


def leave(message, code):
    """Writes one line to stderr, if there is a message, and ends the process there and then.

    Python's own end would wait for threads that still train, and HDF5's for a file that it could
    not write, which crashes it.
    """
    _leaving.acquire()  # and never released: two threads may want to leave
    if message:
        sys.stderr.write(f"kerasdeep: {' '.join(message.split())}\n")
    sys.stderr.flush()
    sys.stdout.flush()
    os._exit(code)
