"""Files of a run: whole or not there, and a line for a person where a disk is full."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from kerasdeep.backend.files import written_whole


@contextlib.contextmanager
def saved_whole(
    path: Path,
    what: str | None = None,
    rest: str = "",
    way_out: str = "then go on with the same command and --resume",
) -> Iterator[Path]:
    """As `kerasdeep.backend.files.written_whole`, with an error that tells how to go on.

    Args:
        path: `pathlib.Path` to write.
        what: what is saved there. Default None: the path.
        rest: a sentence on what is saved already. Default none.
        way_out: what to do once there is room.

    Raises:
        OSError: if it cannot be written.
    """
    try:
        with written_whole(path) as unfinished:
            yield unfinished
    except (OSError, RuntimeError) as error:  # HDF5 raises either on a full disk
        reason = " ".join(str(error).split())[:200]
        raise OSError(
            f"Could not save {what or path} ({reason}). {rest}Make room and see that the folder "
            f"can be written, {way_out}."
        ) from None
