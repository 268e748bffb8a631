"""Every model in mixed precision, and on two devices."""

import pytest

from tests import checks
from tests.kerasdeep.training.models import KINDS


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.make.__name__)
def kind_and_change(request):
    """A kind of model, and how far an update moves it in float32 on one device."""
    return request.param, checks.kernel_change(request.param.make(), request.param)


def test_updates_keep_their_size_under_mixed_precision(kind_and_change):
    checks.check_precision(*kind_and_change)


def test_two_replicas_step_as_far_as_one(kind_and_change):
    checks.check_replicas(*kind_and_change)
