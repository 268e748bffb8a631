"""TensorFlow writes a dozen lines at import, before any program can tell it not to."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

CHATTER = (
    "All log messages before absl::InitializeLog",
    "oneDNN custom operations are on",
    "Could not find cuda drivers",
    "This TensorFlow binary is optimized",
    "To enable the following instructions",
)


@contextlib.contextmanager
def quiet_import(module: str = "tensorflow") -> Iterator[None]:
    """Holds back the start-up chatter of a module's first import; anything else is passed on."""
    if module in sys.modules:
        yield
        return
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        stderr = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held.read().decode(errors="replace").splitlines(keepends=True):
                if not any(words in line for words in CHATTER):
                    sys.stderr.write(line)
