"""One training of a recipe: shuffled epochs, progress, logs, and going on where it stopped."""

import keras

from kerasdeep.recipes.checkpoint import Checkpoint
from kerasdeep.recipes.progress import EpochProgress


def train(run, stage, model, split, batch_size, epochs, seed, console, labels=False, **kwargs):
    """Fits a model for the epochs that are still to be done.

    Args:
        run: `kerasdeep.recipes.run.Run`; its folder keeps a checkpoint of every stage.
        stage: name of the training, for the screen, the logs and the checkpoint.
        model: a built and compiled model.
        split: `kerasdeep.recipes.data.Split` to train on.
        batch_size: rows a batch.
        epochs: number of epochs; of every layer, for a DBN.
        seed: seed of the order of the rows.
        console: a `rich.console.Console`.
        labels: whether the model is trained with labels. Default False.
        **kwargs: passed on to `fit`; `callbacks` are added to ours.

    Returns:
        `(history, seconds)` of all epochs, those before an interruption included.
    """
    checkpoint = Checkpoint(run.checkpoints / stage)
    checkpoint.restore(model)
    total_epochs = epochs * len(getattr(model, "rbms", [model]))
    if checkpoint.epoch < total_epochs:
        progress = EpochProgress(console, stage)
        logs = keras.callbacks.TensorBoard(f"{run.logs}/{stage}")
        callbacks = [progress, logs, *kwargs.pop("callbacks", ()), checkpoint]
        try:
            model.fit(
                split.epochs(batch_size, checkpoint.epoch, total_epochs, seed, labels),
                epochs=epochs,
                initial_epoch=checkpoint.epoch,
                steps_per_epoch=split.num_batches(batch_size),
                shuffle=False,  # the batches come shuffled
                verbose=0,
                callbacks=callbacks,
                **kwargs,
            )
        finally:
            progress.stop()
    return checkpoint.history, checkpoint.seconds
