"""Every model in mixed precision, and on two devices."""

import pytest

from tests import checks
from tests.kerasdeep.training.models import KINDS


@pytest.fixture(params=KINDS, ids=lambda kind: kind.make.__name__)
def kind(request):
    return request.param


def test_updates_keep_their_size_under_mixed_precision(kind):
    checks.check_precision(kind)


def test_two_replicas_step_as_far_as_one(kind):
    checks.check_replicas(kind)
