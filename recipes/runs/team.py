"""The devices and machines that a run is on."""

import contextlib
import dataclasses
import io
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from kerasdeep import devices
from kerasdeep.recipes.runs.intact import intact
from kerasdeep.recipes.runs.options import DeviceOptions


@dataclass(frozen=True)
class Team:
    """What takes part in a run.

    The first of several machines keeps the output folder. The others do all that it does, as their
    part of every sum is waited for, and keep it to themselves.

    Attributes:
        num_workers: how many machines, or processes, there are.
        index: which of them this is, from 0.
        num_replicas: how many devices there are in all.
    """

    num_workers: int = 1
    index: int = 0
    num_replicas: int = 1

    def share(self, folder: Path) -> None:
        """Gives all machines the state that the first one's training goes on from, if any."""
        if self.num_workers == 1:
            return
        content = io.BytesIO()
        if self.index == 0:
            saved = [state for state in sorted(folder.glob("epoch-*")) if intact(state)]
            with tarfile.open(fileobj=content, mode="w") as archive:
                for state in saved[-1:]:
                    archive.add(state, state.name)
        content = io.BytesIO(devices.from_first_worker(content.getvalue()))
        if self.index > 0:
            folder.mkdir(parents=True, exist_ok=True)
            with tarfile.open(fileobj=content) as archive:
                # Before Python 3.11.4 there is no filter to be had.
                archive.extraction_filter = getattr(
                    tarfile, "data_filter", lambda member, path: member
                )
                archive.extractall(folder)


ALONE = Team()


@contextlib.contextmanager
def gathered(options: DeviceOptions, console: Console) -> Iterator[tuple[Team, DeviceOptions]]:
    """Gathers what `--devices` and `TF_CONFIG` say; models made meanwhile are on all of it.

    Args:
        options: what the run was told.
        console: where the first machine shows how it goes; it is silenced on the others.

    Yields:
        The `Team`, and the options of this machine.

    Raises:
        ValueError: if a device or a machine is missing.
    """
    cluster = devices.Cluster.from_environment()
    if cluster is None and options.devices is None:
        yield ALONE, options
        return
    strategy = devices.strategy(_number(options.devices))
    workers, index = cluster or ([""], 0)
    team = Team(len(workers), index, strategy.num_replicas_in_sync)
    with contextlib.ExitStack() as stack:
        if index > 0:
            console.print(f"worker {index}: the first one, {workers[0]}, shows how it goes")
            console.quiet = True
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kerasdeep-"))
            options = dataclasses.replace(options, output=folder, resume=False)
        stack.enter_context(strategy.scope())
        yield team, options


def _number(chosen):
    return int(chosen) if chosen and chosen.isdigit() else "all"
