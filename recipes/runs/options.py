"""What a run is told on the command line, beside the hyper-parameters of what it trains."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerasdeep.zoo.parameter import check, parameter

if TYPE_CHECKING:
    from kerasdeep.recipes.data import Images
    from kerasdeep.zoo import Entry

# Where a run is kept and how it gets there decide nothing of its result.
WHERE_AND_HOW = ("output", "download", "resume", "devices")


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Options of every run.

    Raises:
        ValueError: for a value out of its range, a run to go on with that is not named, or a folder
            whose name is no text.
    """

    dataset: ClassVar[str] = "random"

    output: str | None = parameter(None, "New or empty folder. [default: runs/NAME-DATASET-NUMBER]")
    resume: bool = parameter(
        False,
        "Go on with the run that was stopped in the folder --output, however it ended; start it "
        "if there is none. The result is the same as without the stop.",
    )

    def __post_init__(self):
        check(self)
        if self.resume and self.output is None:
            raise ValueError("--resume needs --output, the folder of the run to go on with.")
        try:
            (self.output or "").encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"--output expects a name in UTF-8, as TensorFlow does. Received: {self.output!r}."
            ) from None

    def recorded(self) -> dict[str, Any]:
        """Returns the options that decide the result, for `metrics.json`."""
        options = dataclasses.asdict(self)
        return {name: value for name, value in options.items() if name not in WHERE_AND_HOW}


@dataclass(frozen=True, kw_only=True)
class DataOptions(RunOptions):
    """Options of every run on a data set."""

    binarization: ClassVar[str] = "none"
    validation_every: ClassVar[int] = 10
    stream: ClassVar[bool | None] = None

    dataset: str = parameter(
        "digits",
        "`digits` (built in), an image set of tensorflow-datasets such as `mnist` (found under "
        "TFDS_DATA_DIR), or a path to an .npz or .npy file.",
    )
    split_seed: int = parameter(
        0, "Seed of which rows are held out, in equal shares of every class.", low=0
    )
    download: bool = parameter(False, "Let tensorflow-datasets fetch what is missing.")

    def load(self) -> "Images":
        """Returns the data set, `kerasdeep.recipes.data.Images`."""
        from kerasdeep.recipes import data

        return data.load(
            self.dataset,
            self.binarization,
            self.validation_every,
            self.stream,
            self.download,
            self.split_seed,
        )


@dataclass(frozen=True, kw_only=True)
class TrainOptions(DataOptions):
    """Options of `kerasdeep train`, whatever is trained."""

    seed: int = parameter(0, "Seed of everything random but the split.", low=0, high=2**31 - 1)
    binarization: str = parameter(
        "none",
        "`threshold`: 1 above 0.5; `stochastic`: 1 with the probability of the grey level, drawn "
        "anew every epoch.",
        choices=("none", "threshold", "stochastic"),
        flag="binarize",
    )
    validation_every: int = parameter(
        10, "One of so many training rows is held out for validation; 0: none.", low=0
    )
    stream: bool | None = parameter(
        None, "Read the data anew every epoch. [default: if it is large]"
    )
    precision: str = parameter(
        "float32",
        "What layers compute in; weights, energies and what is measured stay in float32. "
        "`mixed_bfloat16` may be faster on processors and GPUs that have it, `mixed_float16` on "
        "GPUs.",
        choices=("float32", "mixed_bfloat16", "mixed_float16"),
    )


@dataclass(frozen=True, kw_only=True)
class DeviceOptions(TrainOptions):
    """Options of a training on several devices.

    Raises:
        ValueError: as of `RunOptions`, and for a number of devices that is none.
    """

    devices: str | None = parameter(
        None,
        "Train on `all` GPUs, or on so many, which share the rows of every batch; without a GPU, "
        "in so many parts of the processor. TF_CONFIG names other machines, which run the same "
        "command; they are waited for for a minute. [default: one device, on this machine]",
    )

    def __post_init__(self):
        super().__post_init__()
        number = self.devices or ""
        if self.devices not in (None, "all") and not (number.isdigit() and int(number)):
            raise ValueError(
                f"--devices expects all, or a number of devices. Received: {self.devices!r}."
            )


def options_of(entry: type["Entry"], base: type[DataOptions]) -> type[DataOptions]:
    """Returns options whose data set is by default that of an entry.

    Args:
        entry: the class of the entry.
        base: what options they are else.
    """
    (field,) = (field for field in dataclasses.fields(base) if field.name == "dataset")
    own = dataclasses.field(default=entry.dataset, metadata=field.metadata)
    named = [("dataset", str, own)]
    return dataclasses.make_dataclass(
        base.__name__, named, bases=(base,), frozen=True, kw_only=True
    )


@dataclass(frozen=True, kw_only=True)
class RepeatedOptions(DataOptions):
    """Options of studies that train classifiers with several seeds."""

    num_seeds: int = parameter(3, "Number of repetitions.", low=1, flag="seeds")
    num_updates: int = parameter(4000, "Updates of each learner.", low=1, flag="updates")
