"""Pictures in a terminal."""

import io

import numpy as np
import pytest
from rich.console import Console

from kerasdeep.models import RBM
from kerasdeep.recipes import blocks
from kerasdeep.recipes.runs.progress import EpochProgress


def terminal(encoding="utf-8", **kwargs):
    file = io.TextIOWrapper(io.BytesIO(), encoding, write_through=True)
    return Console(file=file, width=40, **kwargs)


SHOWING = {"force_terminal": True, "color_system": "truecolor"}


def written(console):
    return console.file.buffer.getvalue().decode(console.encoding)


def test_two_pixels_stand_in_a_character():
    console = terminal(**SHOWING)
    console.print(blocks.half_blocks(np.array([[0.0, 1.0], [1.0, 0.0], [0.2, 0.2]])))
    lines = written(console).splitlines()
    assert [line.count(blocks.UPPER_HALF) for line in lines[:2]] == [2, 2]
    black_on_white, white_on_black = "38;2;0;0;0;48;2;255;255;255", "38;2;255;255;255;48;2;0;0;0"
    assert lines[0].index(black_on_white) < lines[0].index(white_on_black)
    assert "38;2;51;51;51;48;2;0;0;0" in lines[1]  # below the last row there is nothing


def test_as_many_images_as_fit_and_large_ones_halved():
    assert blocks.beside_each_other(np.ones((9, 8, 8)), 40).shape == (8, 4 * 9 - 1)
    large = np.tile(np.eye(2), (3, 14, 14))
    shown = blocks.beside_each_other(large, 10)
    assert shown.shape == (14, 14) and (shown == 0.5).all()


def test_pipes_and_terminals_without_blocks_get_none():
    assert blocks.can_show(terminal(**SHOWING))
    assert not blocks.can_show(terminal(color_system="truecolor"))
    assert not blocks.can_show(terminal("ascii", **SHOWING))
    assert not blocks.can_show(terminal(force_terminal=True, color_system=None))


@pytest.mark.parametrize("kwargs", [SHOWING, {}], ids=["terminal", "pipe"])
def test_what_chains_dream_is_seen_in_a_terminal_alone(kwargs):
    rbm = RBM(3)
    rbm.compile(sampler="pcd")
    rbm.build((None, 64))
    rbm.visible_bias.assign([9.0] * 8 + [-9.0] * 56)
    console = terminal(**kwargs)
    progress = EpochProgress(console, "stage", (8, 8))
    progress.set_model(rbm)
    progress.set_params({"epochs": 1})
    progress.on_train_begin()
    progress.on_epoch_end(0, {"reconstruction_error": 1.0})
    progress.stop()
    out = written(console)
    assert "stage" in out
    assert (blocks.UPPER_HALF in out) is bool(kwargs)
    if kwargs:
        assert "38;2;255;255;255;48;2;0;0;0" in out  # the first row is on, the second off


def test_models_without_chains_of_rows_have_no_picture():
    rbm = RBM(3)
    rbm.compile(sampler="cd")
    rbm.build((None, 64))
    assert blocks.picture_of_chains(rbm, (8, 8), 40) is None
    assert blocks.picture_of_chains(object(), (8, 8), 40) is None
