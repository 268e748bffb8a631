"""What a sweep is told on the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_type_hints

from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.zoo import Entry
from kerasdeep.zoo.parameter import parameter, parameters

# Who trains decides nothing of what is trained.
WHO_AND_WHERE = ("role", "chief", "workers", "lease")
LAST_PORT = 65_535

WORDS = {
    float: "a number",
    int: "a whole number",
    int | None: "a whole number",
    str: "a word",
    str | None: "a word",
    tuple[int, ...]: "whole numbers",
    tuple[int, ...] | None: "whole numbers",
}


@dataclass(frozen=True, kw_only=True)
class TuneOptions(TrainOptions):
    """Options of `kerasdeep tune`, whatever is trained."""

    tuner: str = parameter(
        "random",
        "How the next trial is chosen: `random`; `hyperband`, many short ones and the best again, "
        "longer; `bayesian`, by what a Gaussian process expects; `grid`.",
        choices=("random", "hyperband", "bayesian", "grid"),
    )
    trials: int = parameter(20, "Number of trials.", low=1)
    objective: str | None = parameter(
        None,
        "What is to be best of the validation rows, such as `val_accuracy` or "
        "`val_log_likelihood`. [default: what is usual for the model]",
    )
    direction: str | None = parameter(
        None, "Whether more of it is better. [default: as its name says]", choices=("min", "max")
    )
    epochs: int | None = parameter(
        None, "Epochs of a trial, of Hyperband of the longest. [default: the entry's]", low=1
    )
    patience: int | None = parameter(
        None,
        "Epochs after which the last training of a trial ends that had none better, where the "
        "objective is measured after each. [default: it never does]",
        low=1,
    )
    num_seeds: int = parameter(
        1, "Trainings of each trial, whose mean counts.", low=1, flag="seeds"
    )
    role: str | None = parameter(
        None,
        "Of a sweep on many machines, which share the folder --output: the `chief` chooses trials, "
        "each `worker` trains some. Else the same command.",
        choices=("chief", "worker"),
    )
    chief: str | None = parameter(
        None, "HOST:PORT of the chief; without HOST this machine alone, 127.0.0.1."
    )
    workers: int | None = parameter(
        None, "So many workers on this machine, and their chief.", low=1
    )
    lease: float = parameter(
        60.0, "Seconds without a sign of life after which a worker has died.", low=1
    )
    fix: tuple[str, ...] = parameter(
        (),
        "`NAME=VALUE`, a value for all trials, or, with a --range, where they begin. May be given "
        "again.",
    )
    range: tuple[str, ...] = parameter(
        (), "`NAME=LOW:HIGH`, a range of your own. May be given again."
    )

    def __post_init__(self):
        super().__post_init__()
        if self.role and not (self.chief and self.output):
            raise ValueError(
                f"--role {self.role} needs --chief HOST:PORT, and --output, the folder that all "
                "share."
            )
        if self.role == "chief" and self.workers:
            raise ValueError(
                "--workers is for a sweep on this machine, with a chief of its own. Received: "
                "--role chief with it. Start workers by --role worker."
            )
        if self.chief and not self.role:
            raise ValueError("--chief needs --role chief or --role worker. Received: neither.")
        _, _, port = (self.chief or "0").rpartition(":")
        if not port.isdecimal() or int(port) > LAST_PORT:
            raise ValueError(f"--chief expects HOST:PORT, such as :5000. Received: {self.chief!r}.")

    @property
    def address(self) -> str:
        """HOST:PORT of the chief."""
        host, _, port = self.chief.rpartition(":")
        return f"{host or '127.0.0.1'}:{port}"

    def recorded(self) -> dict[str, Any]:
        return {name: v for name, v in super().recorded().items() if name not in WHO_AND_WHERE}

    def fixed(self, entry: Entry) -> dict[str, Any]:
        """Returns a dict from name to value of what `--fix` has.

        Raises:
            ValueError: for an unknown name, or a value of another type.
        """
        kinds = _kinds(entry)
        del kinds["epochs"]  # which has an option of its own
        return {
            name: _read(text, kinds[name], f"--fix {name}={text}")
            for name, text in _pairs("--fix", self.fix, kinds)
        }

    def ranges(self, entry: Entry) -> dict[str, tuple[float, float]]:
        """Returns a dict from name to `(low, high)` of what `--range` has."""
        kinds, found = _kinds(entry), {}
        for name, text in _pairs("--range", self.range):
            kind = "a number" if kinds.get(name) == "a number" else "a whole number"
            ends = [_read(end, kind, f"--range {name}") for end in text.split(":")]
            if len(ends) != 2 or not ends[0] <= ends[1]:
                raise ValueError(
                    f"--range expects NAME=LOW:HIGH, the lower end first. Received: {name}={text}."
                )
            found[name] = tuple(ends)
        return found


def _kinds(entry):
    """Returns a dict from the name of a hyper-parameter to its type, in words."""
    hints = get_type_hints(type(entry))
    return {field.name: WORDS[hints[field.name]] for field in parameters(entry)}


def _pairs(flag, given: Iterable[str], known=None):
    for one in given:
        name, equals, text = one.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or not text:
            raise ValueError(f"{flag} expects NAME=VALUE or NAME=LOW:HIGH. Received: {one!r}.")
        if known is not None and name not in known:
            raise ValueError(
                f"{flag} expects a hyper-parameter: {', '.join(known)}. Received: {name!r}."
            )
        yield name, text


def _read(text, kind, where):
    try:
        if kind == "whole numbers":
            return tuple(int(part) for part in text.rstrip(",").split(","))
        return {"a number": float, "a whole number": int, "a word": str}[kind](text)
    except ValueError:
        raise ValueError(f"{where} expects {kind}. Received: {text!r}.") from None
