"""What a recipe is told on the command line."""

from dataclasses import asdict, dataclass

from kerasdeep.recipes import data


@dataclass(frozen=True)
class Options:
    """Options of `kerasdeep train`; None stands for the default of the zoo entry.

    Attributes:
        dataset: name of a data set or path to one.
        epochs: epochs of an RBM, or of the fine-tuning of a DBN-DNN.
        pretrain_epochs: epochs of each layer's pretraining.
        batch_size: rows a batch; by default fewer for small data sets, see `batch_size_for`.
        seed: seed of everything random.
        output: output folder.
        binarization: `"none"`, `"threshold"` or `"stochastic"`.
        validation_every: every so many-th training row is held out; 0 for none.
        stream: whether to read the data anew every epoch; None to decide by its size.
        num_temperatures: temperatures of annealed importance sampling.
        download: whether to fetch a missing data set.
        resume: whether to go on with a run that was stopped in the output folder.
    """

    dataset: str = "digits"
    epochs: int | None = None
    pretrain_epochs: int | None = None
    batch_size: int | None = None
    seed: int = 0
    output: str | None = None
    binarization: str = "none"
    validation_every: int = 10
    stream: bool | None = None
    num_temperatures: int = 10_000
    download: bool = False
    resume: bool = False

    def load(self):
        """Returns the data set, `kerasdeep.recipes.data.Images`."""
        return data.load(
            self.dataset, self.binarization, self.validation_every, self.stream, self.download
        )

    def load_labelled(self, name):
        """Returns the data set for a model that learns from labels.

        Raises:
            ValueError: if it has none.
        """
        images = self.load()
        if images.num_classes is None:
            raise ValueError(
                f"{name} expects a data set with labels. Received: {self.dataset!r}, which "
                "has none. Choose another data set, or train 'rbm', which needs no labels."
            )
        return images

    def check_no_pretraining(self, name):
        """Raises a ValueError where pretraining is asked for of a model that has none."""
        if self.pretrain_epochs is not None:
            raise ValueError(
                f"{name} has no pretraining. Received: --pretrain-epochs. Use --epochs."
            )

    def batch_size_for(self, default, num_rows):
        """Returns the batch size: the zoo's, but small enough for a hundred updates an epoch."""
        return self.batch_size or max(10, min(default, num_rows // 100))

    def plan_for(self, entry, split):
        """Returns the batch size, the epochs and the number of updates of an entry's training."""
        batch_size = self.batch_size_for(entry.batch_size, split.num_rows)
        epochs = self.epochs or entry.epochs
        return batch_size, epochs, epochs * split.num_batches(batch_size)

    def as_dict(self):
        """Returns the options that decide the result, for `metrics.json`."""
        where_and_how = ("output", "download", "resume")
        return {name: value for name, value in asdict(self).items() if name not in where_and_how}


@dataclass(frozen=True)
class StudyOptions(Options):
    """Options of `kerasdeep pretraining-effect` and `kerasdeep few-labels`.

    Attributes:
        num_seeds: number of repetitions, with the seeds 0, 1, ...
        num_updates: updates of every network by labelled rows.
    """

    num_seeds: int = 3
    num_updates: int = 4000
