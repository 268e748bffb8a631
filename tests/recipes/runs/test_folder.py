"""The folder of a run: what is left of one that is refused, and what is kept."""

import pytest

from kerasdeep.recipes.runs.folder import Run
from kerasdeep.recipes.runs.options import RunOptions


def refused(folder, error=ValueError):
    """Returns a run that begins in a folder, and is refused with an error."""
    run = Run("rbm", RunOptions(output=str(folder)))
    with pytest.raises(error), run.forgotten_unless_learned():
        (run.folder / "logs").mkdir()
        raise error
    return run


@pytest.mark.parametrize("error", [ValueError, FloatingPointError])
def test_a_run_that_is_refused_before_it_learned_leaves_nothing(error, tmp_path):
    refused(tmp_path / "new", error)
    assert not (tmp_path / "new").exists()
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", error)
    assert not list((tmp_path / "empty").iterdir())
    Run("rbm", RunOptions(output=str(tmp_path / "empty")))  # may be used again


def test_what_was_learned_is_kept(tmp_path):
    run = Run("rbm", RunOptions(output=str(tmp_path / "run")))
    run.remember("error", lambda: 0.5)
    with pytest.raises(FloatingPointError), run.forgotten_unless_learned():
        raise FloatingPointError
    assert run.remember("error", lambda: 0.7) == 0.5


def test_a_run_that_is_stopped_is_kept(tmp_path):
    run = Run("rbm", RunOptions(output=str(tmp_path / "run")))
    with pytest.raises(KeyboardInterrupt), run.forgotten_unless_learned():
        raise KeyboardInterrupt
    assert [path.name for path in run.folder.iterdir()] == ["run.json"]
