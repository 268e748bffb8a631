"""The trials of a sweep as TensorBoard's HParams tab shows them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorboard.plugins.hparams import api


def write(folder: Path, trials: Sequence[dict[str, Any]], objective: str) -> None:
    """Writes a log for each trial that ended well.

    Args:
        folder: `pathlib.Path` of the logs; what is there of an attempt before is written over.
        trials: as of `findings.recorded`.
        objective: name of the score.
    """
    for one in trials:
        if one["score"] is None:
            continue
        own = folder / f"trial_{one['trial']}"
        if own.exists():
            tf.io.gfile.rmtree(str(own))
        with tf.summary.create_file_writer(str(own)).as_default():
            api.hparams(one["values"], trial_id=one["trial"])
            tf.summary.scalar(objective, one["score"], step=0)
