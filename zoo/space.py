"""Search spaces: what a sweep may change of an entry, as keras-tuner asks for it."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import Parameter, parameters

if TYPE_CHECKING:
    import keras_tuner

LAYERS = "_layers"


@dataclass(frozen=True)
class Number:
    """A hyper-parameter with one value.

    Attributes:
        name: its name.
        default: the value of the entry, where a sweep begins.
        low, high: the range, both included.
        log: whether a sweep looks at orders of magnitude.

    Raises:
        ValueError: for a range that leaves the default out.
    """

    name: str
    default: float
    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        if not self.low <= self.default <= self.high:
            raise ValueError(
                f"Expected a range of {self.name} that holds {self.default}, where the sweep "
                f"begins. Received: {self.low} to {self.high}. Take a wider one, or another value "
                "to begin with."
            )

    def ask(self, hp: "keras_tuner.HyperParameters", **parent: object) -> float | None:
        """Returns the value that a trial has; None where its `parent` rules it out."""
        kind = hp.Int if isinstance(self.default, int) else hp.Float
        sampling = "log" if self.log and self.low > 0 else "linear"
        return kind(
            self.name, self.low, self.high, sampling=sampling, default=self.default, **parent
        )


@dataclass(frozen=True)
class Several:
    """A hyper-parameter with a value for each layer, `NAME_1` and so on.

    Attributes:
        layers: how many there are, a `Number`.
        default: the values of the entry; further layers have the last.
        low, high, log: of each value, as of `Number`.
    """

    name: str
    layers: Number
    default: tuple[int, ...]
    low: int
    high: int
    log: bool = False

    def ask(self, hp: "keras_tuner.HyperParameters") -> tuple[float, ...]:
        """Returns the values that a trial has."""
        most = self.layers.high
        if self.layers.low < most:
            self.layers.ask(hp)
        values = []
        for number in range(1, most + 1):
            default = self.default[min(number, len(self.default)) - 1]
            one = Number(f"{self.name}_{number}", default, self.low, self.high, self.log)
            there = list(range(max(number, self.layers.low), most + 1))
            parent = {"parent_name": self.layers.name, "parent_values": there}
            values.append(one.ask(hp, **(parent if number > self.layers.low else {})))
        return tuple(value for value in values if value is not None)


def _of_field(name, value, about: Parameter):
    low, high = about.search
    if not isinstance(value, tuple):
        return Number(name, value, low, high, about.log)
    fewest, most = about.layers or (len(value), len(value))
    layers = Number(f"{name}{LAYERS}", len(value), fewest, most)
    return Several(name, layers, value, low, high, about.log)


def named_values(entry: Entry) -> dict[str, Any]:
    """Returns a dict from name to value of an entry's hyper-parameters, as a trial names them."""
    values = {}
    for name, value in entry.hyper_parameters().items():
        if isinstance(value, tuple):
            values[f"{name}{LAYERS}"] = len(value)
            values |= {f"{name}_{number}": one for number, one in enumerate(value, 1)}
        else:
            values[name] = value
    return values


class Space:
    """The search space of an entry: all of its hyper-parameters that have a range.

    Of one with several values, as the widths of hidden layers, a sweep may change how many there
    are, `num_hidden_layers`, and each of them, `num_hidden_1` and so on.

    Args:
        entry: a `kerasdeep.zoo.Entry` that was fitted to the data, see `Entry.fit_to`.
        ranges: dict from name to `(low, high)`, in place of the entry's own. Default none.
        fixed: names of hyper-parameters that stay what they are in the entry, unless they have a
            range here. Default none.

    Raises:
        ValueError: for an unknown name, or a range that leaves the entry's own value out.

    Example:

    >>> space = Space(zoo.get("rbm"), {"num_hidden": (100, 1000)}, fixed=["momentum"])
    >>> space.choose(keras_tuner.HyperParameters()).num_hidden
    500
    """

    def __init__(
        self,
        entry: Entry,
        ranges: Mapping[str, tuple[float, float]] | None = None,
        fixed: Iterable[str] = (),
    ) -> None:
        self.entry = entry
        self._fields, left = {}, dict(ranges or {})
        for field, about in parameters(entry).items():
            name, value = field.name, getattr(entry, field.name)
            layers = left.pop(f"{name}{LAYERS}", None) if isinstance(value, tuple) else None
            own = left.pop(name, None)
            if value is None or not (about.search or own):
                continue
            if name in fixed and not (own or layers):
                continue
            for bound in own or ():
                about.check(f"A range of {name}", bound)
            changes = {"search": own or about.search}
            if layers:
                changes["layers"] = layers
            elif about.layers:
                fewest, most = about.layers
                changes["layers"] = min(fewest, len(value)), max(most, len(value))
            self._fields[name] = _of_field(name, value, dataclasses.replace(about, **changes))
        if left:
            raise ValueError(
                f"Expected a hyper-parameter that a sweep of {entry.name} may change: "
                f"{', '.join(self.names)}. Received: {', '.join(left)}."
            )

    @property
    def names(self) -> list[str]:
        """What a sweep may change."""
        layers = [f.layers.name for f in self._fields.values() if isinstance(f, Several)]
        return [*self._fields, *layers]

    def choose(self, hp: "keras_tuner.HyperParameters") -> Entry:
        """Returns the entry of a trial.

        Args:
            hp: the values of the trial. A new one has the entry's own, and knows after that what
                there is to change.
        """
        return dataclasses.replace(
            self.entry, **{name: field.ask(hp) for name, field in self._fields.items()}
        )
