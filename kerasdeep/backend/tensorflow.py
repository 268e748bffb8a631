"""TensorFlow's alone: the few things that keras.ops does not have. Nothing else imports it."""

import contextlib
import functools
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from kerasdeep.backend.random import tracing_for_xla
from kerasdeep.backend.types import Tensor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DATA_ERROR = "kerasdeep data error: "
_END = " <end>"


def in_one_place(update: Callable[[], None]) -> None:
    """Calls a function that changes variables, without a sum over replicas where there is one.

    Keras sums gradients of a single replica too, by an operation whose gradient TensorFlow
    registers for good, and with it the graph that it stands in and all memory of the program.
    """
    if tf.distribute.has_strategy():
        update()
    else:
        tf.distribute.get_replica_context().merge_call(lambda strategy: update())


def compiled_by_xla(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function as one program of XLA's, which is made anew for every shape."""

    def traced(*args):
        with tracing_for_xla():
            return function(*args)

    # A partial for the reason that `compiled` gives.
    return tf.function(functools.partial(traced), jit_compile=True, autograph=False)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function as one graph, for loops of many small steps and any number of rows."""
    # TensorFlow counts tracings by code, and warns where five models are asked once each; a partial
    # has none.
    program = tf.function(functools.partial(function), autograph=False)

    def call(*args):
        # Another number of rows would be another graph, which takes a second to make.
        any_rows = tf.nest.map_structure(_of_any_rows, args)
        return program.get_concrete_function(*any_rows)(*args)

    return call


def _of_any_rows(value):
    if not tf.is_tensor(value) or value.shape.rank in (None, 0):
        return value
    return tf.TensorSpec([None, *value.shape[1:]], value.dtype)


def for_each_batch(
    step: Callable[..., None],
    rows: Sequence[Tensor | None],
    batch_size: int,
    number: Tensor,
    measure: Callable[..., None] | None = None,
    every: int = 10,
) -> None:
    """Calls a step for one batch after the other, in a loop of the compiled program.

    Args:
        step: function of the tensors of a batch, called for what it does.
        rows: tensors that hold the rows of all batches, or None.
        batch_size: rows a batch.
        number: how many batches to take; an integer tensor.
        measure: what to do before the first step and before every so many-th one, likewise. A
            condition in the loop would make XLA copy the weights. Default None: nothing.
        every: see `measure`.
    """
    batches = [row if row is None else _in_batches(row, batch_size) for row in rows]

    def call(function, index):
        function(*(batch if batch is None else batch[index] for batch in batches))

    def steps(start, end):
        def body(index):
            call(step, index)
            return [index + 1]

        tf.while_loop(lambda index: index < end, body, [start], parallel_iterations=1)

    def measured_steps(start):
        call(measure, start)
        steps(start, tf.minimum(start + every, number))
        return [start + every]

    if measure is None:
        steps(0, number)
    else:
        tf.while_loop(lambda start: start < number, measured_steps, [0], parallel_iterations=1)


def _in_batches(rows, batch_size):
    shape = zip(rows.shape, tf.unstack(tf.shape(rows)), strict=True)
    _, *known = (size if size is not None else found for size, found in shape)
    return tf.reshape(rows, (-1, batch_size, *known))


def index_of_largest(values: Tensor) -> Tensor:
    """Returns where the largest of the last axis is; unlike that of Keras it has an ONNX form."""
    return tf.argmax(values, axis=-1, output_type="int32")


def split(values: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """Returns the parts of given sizes that stand side by side along the last axis.

    `keras.ops.split` takes places, and finds the sizes by many operations in every program.
    """
    return [values] if len(sizes) == 1 else tf.split(values, sizes, axis=-1)


def gradients(
    function: Callable[..., Any], variables: Sequence[keras.Variable], has_aux: bool = False
) -> Any:
    """Returns the gradients of the scalar `function()`, zero for what it does not depend on.

    With `has_aux`, `function()` returns a scalar and anything else, and so does this.
    """
    with tf.GradientTape() as tape:
        value, *others = function() if has_aux else (function(),)
    values, zero = [variable.value for variable in variables], tf.UnconnectedGradients.ZERO
    found = tape.gradient(value, values, unconnected_gradients=zero)
    return (found, *others) if has_aux else found


def gradient_at(function: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """Returns the gradient of a scalar `function(point)` with respect to its argument."""
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = function(point)
    return tape.gradient(value, point)


def all_of(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Returns tensors of which none can be used before all of them are there."""
    with tf.control_dependencies(tensors):
        return [tf.identity(tensor) for tensor in tensors]


def check_values(values: Tensor, support: tuple[float, float], message: str) -> Tensor:
    """Stops a compiled step whose data is not finite or not within `support`.

    Args:
        values: float tensor.
        support: `(lowest, highest)` allowed value.
        message: what was expected and how to mend it.

    Returns:
        `values`, to be used in place of the argument so that the check runs.
    """
    lowest = max(support[0], values.dtype.min)
    highest = min(support[1], values.dtype.max)
    received = (tf.reduce_min(values), tf.reduce_max(values))
    # NaN compares false with everything, but a minimum may miss it; a sum does not.
    allowed = (
        (received[0] >= lowest)
        & (received[1] <= highest)
        & tf.math.is_finite(tf.reduce_sum(values))
    )
    text = tf.strings.format(
        f"{_DATA_ERROR}{message} Received: min={{}}, max={{}}.{_END}", received
    )
    check = tf.debugging.Assert(allowed, [text])
    with tf.control_dependencies([check] if check is not None else []):
        return tf.identity(values)


@contextlib.contextmanager
def readable_data_errors() -> Iterator[None]:
    """Turns what `check_values` raises from inside a graph into a plain ValueError."""
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        _, found, text = str(error).partition(_DATA_ERROR)
        if not found:
            raise
        raise ValueError(text.partition(_END)[0].replace("\\'", "'")) from None


def write_images(log_dir: str | Path, figures: "dict[str, Figure]", step: int) -> None:
    """Adds matplotlib figures to the TensorBoard logs.

    Args:
        log_dir: folder of the logs.
        figures: dict from name to figure.
        step: number of the epoch.
    """
    with tf.summary.create_file_writer(str(log_dir)).as_default():
        for name, figure in figures.items():
            png = io.BytesIO()
            figure.savefig(png, format="png")
            image = tf.image.decode_png(png.getvalue(), channels=3)
            tf.summary.image(name, image[None], step=step)
