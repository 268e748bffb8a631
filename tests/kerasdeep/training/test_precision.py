"""Every model in mixed precision."""

import keras
import pytest

from tests import checks
from tests.kerasdeep.training.models import KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.make.__name__)
def test_updates_keep_their_size_under_mixed_precision(kind):
    checks.check_precision(kind, checks.kernel_change(kind.make(), kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.make.__name__)
def test_weights_of_half_precision_are_refused(kind):
    """Of a model, or of one of its layers."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("bfloat16")
    try:
        with pytest.raises(ValueError, match="keeps its weights in float32"):
            kind.make()
    finally:
        keras.config.set_dtype_policy(before)
