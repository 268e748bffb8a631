"""Every model in mixed precision."""

import pytest

from tests import checks
from tests.kerasdeep.training.models import KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.make.__name__)
def test_updates_keep_their_size_under_mixed_precision(kind):
    checks.check_precision(kind, checks.kernel_change(kind.make(), kind))
