"""What the networks of a study learned from, and what they were measured on."""

import pytest

from kerasdeep.recipes.studies.tools import batches


@pytest.fixture
def looked_at(monkeypatch):
    """Returns a list of `(batches, rows)`, one for each network that a study trained."""
    found, error_of = [], batches.error_of

    def noted(classifier, learned, rows):
        found.append((learned, rows))
        return error_of(classifier, learned, rows)

    monkeypatch.setattr(batches, "error_of", noted)
    return found
