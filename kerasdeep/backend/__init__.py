"""What keras.ops and Keras lack: TensorFlow's own, random states, saving, files, arguments."""

from kerasdeep.backend.arguments import (
    check_built,
    check_layers,
    positive_integer,
    seed_number,
    yes_or_no,
)
from kerasdeep.backend.random import dropout_mask, normal, uniform
from kerasdeep.backend.tensorflow import (
    all_of,
    check_values,
    compiled,
    compiled_by_xla,
    distributed,
    for_each_batch,
    gradient_at,
    gradients,
    in_one_place,
    index_of_largest,
    num_replicas,
    readable_data_errors,
    variable_scope,
    write_images,
)

__all__ = [
    "all_of",
    "check_built",
    "check_layers",
    "check_values",
    "compiled",
    "compiled_by_xla",
    "distributed",
    "dropout_mask",
    "for_each_batch",
    "gradient_at",
    "gradients",
    "in_one_place",
    "index_of_largest",
    "normal",
    "num_replicas",
    "positive_integer",
    "readable_data_errors",
    "seed_number",
    "uniform",
    "variable_scope",
    "write_images",
    "yes_or_no",
]
