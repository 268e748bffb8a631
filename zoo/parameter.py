"""A field of a dataclass that says all there is to know of it: help, default, range.

Hyper-parameters of entries and options of runs are such fields. The command line, the record of a
run and the search space of a sweep are made from them.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

KEY = "parameter"


@dataclass(frozen=True)
class Parameter:
    """What a field says of itself beside its name, its type and its default.

    Attributes:
        help: one sentence for a person.
        low, high: the least and the largest value allowed.
        choices: the values allowed, where they are few.
        search: `(low, high)`, where a sweep looks for the best value; None: nowhere.
        log: whether a sweep looks at orders of magnitude.
        layers: `(fewest, most)` values that a sweep tries, of a field that has one for each layer;
            None: as many as there are.
        flag: name of the option, where it is not the field's.
    """

    help: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[Any, ...] = ()
    search: tuple[float, float] | None = None
    log: bool = False
    layers: tuple[int, int] | None = None
    flag: str | None = None

    def check(self, name: str, value: Any) -> None:
        """Raises a ValueError for a value that is not allowed; None stands for no choice."""
        if value is None:
            return
        if self.choices and value not in self.choices:
            expected = ", ".join(map(str, self.choices))
            raise ValueError(f"{name} expects one of {expected}. Received: {value!r}.")
        if (self.low, self.high) == (-math.inf, math.inf):
            return
        for number in value if isinstance(value, tuple) else (value,):
            # Written so that NaN, which compares false with everything, is refused too.
            if not self.low <= number <= self.high or math.isinf(number):
                bounds = [f"at least {self.low:g}"] if self.low > -math.inf else []
                bounds += [f"at most {self.high:g}"] if self.high < math.inf else []
                bounds += ["finite"] if math.isinf(number) else []
                expected = " and ".join(bounds)
                raise ValueError(f"{name} expects a value of {expected}. Received: {value!r}.")


def parameter(default: Any, help: str, **about: Any) -> Any:
    """Returns a dataclass field with a default; other arguments as of `Parameter`."""
    return dataclasses.field(default=default, metadata={KEY: Parameter(help, **about)})


def parameters(described: Any) -> dict[dataclasses.Field, Parameter]:
    """Returns a dict from field to `Parameter` for a dataclass or an instance of one."""
    return {f: f.metadata[KEY] for f in dataclasses.fields(described) if KEY in f.metadata}


def check(described: Any) -> None:
    """Raises a ValueError unless every field of a dataclass instance has an allowed value."""
    for field, about in parameters(described).items():
        name = about.flag or field.name
        about.check(name, getattr(described, field.name))
