"""The commands of finished runs and sweeps."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from kerasdeep import zoo
from kerasdeep.recipes.runs.options import TrainOptions
from kerasdeep.recipes.sweeps.options import TuneOptions
from kerasdeep.zoo import Entry
from kerasdeep.zoo.parameter import parameters

TUNE = "tune-"  # what the name of a sweep begins with


def command_of(run: Mapping[str, Any]) -> str:
    """Returns the command of a run or sweep: what its options have other than by default.

    Args:
        run: its `metrics.json`.
    """
    name, options = run["recipe"], run["options"]
    if name.startswith(TUNE):
        words = ["kerasdeep tune", name.removeprefix(TUNE), *_words(options, TuneOptions())]
    else:
        rows, values = run["split"]["train"]["num_rows"], math.prod(run["image_shape"])
        entry = zoo.get(name).fit_to(rows, values)
        usual = *_words(options, TrainOptions()), *_words(options, entry)
        words = ["kerasdeep train", name, *usual]
    return " ".join(words)


def _words(options: Mapping[str, Any], usual: TrainOptions | Entry) -> Iterator[str]:
    for field, about in parameters(usual).items():
        default = getattr(usual, field.name)
        value = options.get(field.name, default)
        value = tuple(value) if isinstance(value, list) else value
        if value == default or field.name == "seed":
            continue
        flag = f"--{(about.flag or field.name).replace('_', '-')}"
        if not isinstance(value, tuple):
            yield f"{flag} {value}"
        elif isinstance(value[0], str):  # each is given by itself
            yield from (f"{flag} {one}" for one in value)
        else:
            yield f"{flag} {','.join(map(str, value))}"
