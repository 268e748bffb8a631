"""Types that stand in signatures."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

# What `keras.ops` takes and returns; a variable stands for its value.
Tensor: TypeAlias = tf.Tensor | keras.KerasTensor | keras.Variable
# What may be passed for a tensor.
ArrayLike: TypeAlias = Tensor | np.ndarray | Sequence[Any] | float
