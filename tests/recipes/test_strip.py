"""A picture that moves."""

import numpy as np
from PIL import Image

from kerasdeep.recipes import report
from kerasdeep.recipes.strip import Strip


def test_a_strip_shows_its_grids_in_turn_and_says_what_they_are(tmp_path):
    grids = [np.full((2, 3, 3), value) for value in (0.0, 0.5, 1.0)]
    strip = Strip(grids, "grey levels", seconds=0.2, scale=4)
    assert report.seen_on("a-strip", strip) == "A strip: grey levels"
    strip.savefig(tmp_path / "strip.png", dpi=100)
    with Image.open(tmp_path / "strip.png") as moving:
        assert moving.n_frames == 3 and moving.size == (12, 8) and moving.info["loop"] == 0
        shown = []
        for frame in range(3):
            moving.seek(frame)
            shown.append((moving.convert("RGB").getpixel((0, 0))[0], moving.info["duration"]))
    assert shown == [(0, 200.0), (128, 200.0), (255, 2000.0)]
