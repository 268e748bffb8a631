"""What the zoo says of a model: its source, its task and its hyper-parameters."""

import dataclasses
import inspect
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from kerasdeep.zoo import measured
from kerasdeep.zoo.parameter import check, parameter

if TYPE_CHECKING:
    import keras
    import numpy as np

UPDATES_AN_EPOCH = 100
MOST_ROWS = 10_000  # that a model is shown before it is trained


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A named model. A subclass describes one; an instance is one with its hyper-parameters chosen.

    Fields made by `parameter` are hyper-parameters: options of `kerasdeep train NAME`, recorded in
    `metrics.json`, searched by sweeps. `dataclasses.replace(entry, num_hidden=20)` changes some. A
    subclass that says `epochs: int = 36` gives one another default.

    A subclass also has `build(rows, total_steps, seed)`, which returns a compiled model: `rows` is
    a sample of the training data, `total_steps` how many updates its training will make. What else
    it needs, its task says.

    Attributes:
        name: what `kerasdeep train` takes.
        summary: one line for `kerasdeep list`.
        citation: where the model and the published number come from.
        task: what is trained, measured and drawn: a module of `kerasdeep.recipes.tasks`.
        dataset: what it learns from unless told otherwise.
        takes_images: whether rows are `(height, width, channels)`, or pixels one after the other.
        can_be_sampled: whether `kerasdeep sample` draws from what it learns.
        epochs: epochs of training; of several trainings, of the last.
        batch_size: rows a batch; None for a number that fits the data, see `batch_size_for`.

    Raises:
        ValueError: for a hyper-parameter out of its range.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    citation: ClassVar[str]
    task: ClassVar[str]
    dataset: ClassVar[str] = "digits"
    takes_images: ClassVar[bool] = False
    can_be_sampled: ClassVar[bool] = True

    epochs: int = parameter(20, "Epochs of training.", low=1)
    batch_size: int | None = parameter(
        None,
        "Rows a batch. [default: 100, of small data sets fewer]",
        low=1,
        search=(10, 200),
        log=True,
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Lets a subclass give a hyper-parameter another default alone, `epochs: int = 36`."""
        super().__init_subclass__(**kwargs)
        inherited = {}
        for base in reversed(cls.__mro__[1:]):
            inherited |= getattr(base, "__dataclass_fields__", {})
        for name in cls.__annotations__.keys() & inherited.keys():
            default = vars(cls)[name]
            if not isinstance(default, dataclasses.Field):
                about = inherited[name].metadata
                setattr(cls, name, dataclasses.field(default=default, metadata=about))

    def __post_init__(self):
        check(self)

    def batch_size_for(self, num_rows: int) -> int:
        """Returns the batch size: 100, but small enough for a hundred updates an epoch."""
        return self.batch_size or max(10, min(100, num_rows // UPDATES_AN_EPOCH))

    def fit_to(self, num_rows: int, num_values: int) -> Self:
        """Returns the entry with every hyper-parameter chosen that depends on the data.

        Args:
            num_rows: training rows.
            num_values: values of a row.
        """
        return dataclasses.replace(self, batch_size=self.batch_size_for(num_rows))

    @property
    def metric(self) -> str:
        """What the published number and ours measure, from `zoo/results`."""
        return measured.listed(self.name)["metric"]

    @property
    def published(self) -> str:
        """The published number, and whether it was checked against its source."""
        return measured.listed(self.name)["published"]

    @property
    def ours(self) -> str:
        """What a command of this repository measured, and on which budget."""
        return measured.listed(self.name)["ours"]

    def check_data(self, x: "np.ndarray", y: "np.ndarray | None" = None) -> None:
        """Raises a ValueError unless arrays are rows of values in [0, 1], and integer labels."""
        if not (x.min() >= 0 and x.max() <= 1):
            raise ValueError(
                f"{self.name} expects values in [0, 1]. Received: min={x.min():g}, "
                f"max={x.max():g}. Divide bytes by 255, and replace NaN."
            )
        rank = 4 if self.takes_images else 2
        if x.ndim != rank:
            shapes = {2: "(rows, values)", 4: "(rows, height, width, channels)"}
            raise ValueError(
                f"{self.name} expects x of shape {shapes[rank]}. Received: {x.shape}. Reshape it."
            )
        if y is not None and (y.ndim > 1 or y.dtype.kind not in "iu"):
            raise ValueError(
                f"{self.name} expects labels as integers, one a row. Received: y of shape "
                f"{y.shape}, {y.dtype}. Of one-hot labels, pass y.argmax(axis=1)."
            )

    def stages(self) -> list[int]:
        """Returns the epochs of every stage of the model's `fit`."""
        return [self.epochs]

    @property
    def rows_a_step(self) -> int:
        """Rows a batch of the model's last `fit`."""
        return self.batch_size

    def prepare(
        self,
        x: "np.ndarray",
        y: "np.ndarray | None" = None,
        seed: int | None = None,
        num_classes: int | None = None,
        pretrain: bool = True,
    ) -> "keras.Model":
        """Returns a compiled model that is ready for the last stage of its training.

        Args:
            x, y: arrays of all rows that it will be trained on, and of their labels, if any.
            seed: integer seed, or None.
            num_classes: number of classes, None for data without labels.
            pretrain: whether to train the stages before the last; False for the architecture alone.
        """
        *before, _ = self.stages()
        updates = sum(self.stages()) * math.ceil(len(x) / self.rows_a_step)
        takes = inspect.signature(self.build).parameters
        known = {"num_classes": num_classes, "targets": y}
        told = {name: value for name, value in known.items() if name in takes}
        model = self.build(x[:MOST_ROWS], updates, seed, **told)
        if hasattr(model, "initialize_from"):  # a plain network starts from random weights alone
            model.initialize_from(x[:MOST_ROWS])
        if pretrain and any(before):
            epochs = [*before, 0]
            model.fit(x, y, batch_size=self.rows_a_step, epochs=epochs, verbose=0)
        return model

    def callbacks(self) -> "list[keras.callbacks.Callback]":
        """Returns callbacks that belong to the training of the model."""
        return []

    def hyper_parameters(self) -> dict[str, Any]:
        """Returns a dict from name to value."""
        return dataclasses.asdict(self)
