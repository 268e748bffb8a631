"""Makes the options of a command from dataclasses whose fields describe themselves."""

import inspect
import math
from collections.abc import Callable
from types import GenericAlias, UnionType
from typing import Annotated, Any, Literal, get_type_hints

import typer

from kerasdeep.zoo.parameter import Parameter, parameters


def command(run: Callable[..., None], *described: type) -> Callable[..., None]:
    """Returns a function for typer, its options the fields of dataclasses.

    Args:
        run: function to call with an instance of each dataclass.
        *described: dataclasses with fields made by `kerasdeep.zoo.parameter`.
    """

    def run_with_options(**values):
        return run(
            *(
                kind(**{field.name: values[field.name] for field in parameters(kind)})
                for kind in described
            )
        )

    options = [
        option(field.name, kinds[field.name], field.default, about)
        for kind, kinds in zip(described, map(get_type_hints, described), strict=True)
        for field, about in parameters(kind).items()
    ]
    run_with_options.__signature__ = inspect.Signature(options)
    run_with_options.__annotations__ = {one.name: one.annotation for one in options}
    run_with_options.__doc__ = run.__doc__
    return run_with_options


def option(
    name: str, kind: type | UnionType | GenericAlias, default: Any, about: Parameter
) -> inspect.Parameter:
    """Returns the option of one field, as an `inspect.Parameter` that typer reads.

    Args:
        name: name of the field.
        kind: its type.
        default: its default.
        about: its `kerasdeep.zoo.parameter.Parameter`.
    """
    flag = "--" + (about.flag or name).replace("_", "-")
    arguments = {"help": about.help}
    if kind is bool:
        pass
    elif kind == bool | None:
        flag = f"{flag}/--no-{flag[2:]}"
    elif about.choices:
        kind = Literal[about.choices]
    elif kind in (int, float, int | None, float | None):
        arguments["min"] = None if about.low == -math.inf else about.low
        arguments["max"] = None if about.high == math.inf else about.high
    elif kind in (tuple[int, ...], tuple[int, ...] | None):
        default = default and ",".join(map(str, default))
        kind = str | None
        arguments |= {"parser": whole_numbers, "metavar": "N,N,..."}
    elif kind == tuple[str, ...]:
        default, kind = list(default), list[str]
        arguments["metavar"] = "TEXT"
    elif kind not in (str, str | None):
        raise TypeError(f"No option can be made of {name}, a {kind}.")
    annotation = Annotated[kind, typer.Option(flag, **arguments)]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def whole_numbers(text: str) -> tuple[int, ...]:
    """Returns a tuple of the whole numbers of a text such as `500,500,2000`."""
    try:
        return tuple(int(number) for number in str(text).split(","))
    except ValueError:
        raise typer.BadParameter(
            f"Expected whole numbers with commas between them, such as 500,500,2000. "
            f"Received: {text!r}."
        ) from None
