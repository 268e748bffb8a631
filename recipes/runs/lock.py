"""A folder belongs to one process at a time, for as long as that lives."""

import fcntl
import os
from pathlib import Path

_held = {}  # from the identity of a folder to its path and what keeps it


class HeldError(ValueError):
    """A folder is another process's."""


def hold(folder: Path) -> None:
    """Keeps other processes out of a folder until `release`, or until this process ends.

    Where the file system has no locks, as some in a network, nobody is kept out.

    Args:
        folder: `pathlib.Path` of a folder that exists.

    Raises:
        HeldError: if another process holds it.
    """
    identity = _identity(folder)
    if identity in _held:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise HeldError(
            f"Expected an output folder of its own. Received: {folder}, where another run is at "
            "work. Wait until that has ended, or choose another folder with --output."
        ) from None
    except OSError:
        pass
    _held[identity] = folder, descriptor


def release(folder: Path) -> None:
    """Lets other processes into a folder that this one may hold."""
    if not folder.is_dir():
        return
    _, descriptor = _held.pop(_identity(folder), (None, None))
    if descriptor is not None:
        os.close(descriptor)


def held() -> list[Path]:
    """Returns the folders that this process holds, the latest last."""
    return [folder for folder, _ in _held.values()]


def _identity(folder):
    found = folder.stat()
    return found.st_dev, found.st_ino
