"""Study: what does a network bring that has learned other images, where labels are few?

A network learns the labels of a source. Its layers but the last then give features of a target, of
which few labels are known. A new layer of answers learns on top of them: while they are frozen,
while they are unfrozen step by step, or while all learn at once; beside it stands a network with
the same layers and random weights. All see the same batches, which change no image at random.
"""

import dataclasses
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.runs.options import RepeatedOptions
from kerasdeep.recipes.studies.tools import by_labels
from kerasdeep.recipes.studies.tools.by_labels import draw, table
from kerasdeep.recipes.studies.tools.rate_grid import best_rate
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import transfer as zoo

if TYPE_CHECKING:
    from kerasdeep.recipes.data import Images
    from kerasdeep.recipes.runs.job import Job
    from kerasdeep.recipes.studies.tools.backbones import Backbone

__all__ = ["NAME", "Options", "draw", "load", "measure", "table"]

NAME = "transfer"
NUM_LABELS = (10, 100, 1_000)


@dataclass(frozen=True, kw_only=True)
class Options(RepeatedOptions):
    """Measure what a network brings to few labels that has learned another data set."""

    num_updates: int = parameter(300, "Updates of each learner.", low=3, flag="updates")
    source: str | None = parameter(
        None,
        "Data set that a network learns first. [default: the first half of the classes of "
        "--dataset, where the other half is the target]",
    )
    epochs: int = parameter(3, "Epochs of the network on the source.", low=1)
    backbone: str | None = parameter(
        None,
        "In place of a source: a model of keras.applications, as MobileNetV2; a classifier, a "
        ".keras file; or an entry of the zoo with its weights.",
    )
    weights: str | None = parameter(
        None,
        "Of keras.applications: `imagenet`, `random`, or a file of weights without those of the "
        "answers. [default: imagenet]",
    )
    image_size: int | None = parameter(
        None,
        "Of keras.applications: height and width that images are resized to. [default: their own, "
        "or the least that it takes]",
        low=1,
    )


def load(options: Options) -> "Images":
    """Returns the target, once it is known that what was learned before fits it."""
    from kerasdeep.recipes.studies.tools import backbones
    from kerasdeep.recipes.studies.tools.transferred import fitting
    from kerasdeep.recipes.studies.tools.two_data_sets import target_and_source

    images, source = target_and_source(options, NAME)
    if source is None:
        backbones.read(options.backbone, options.weights, options.image_size, images.image_shape)
    else:
        fitting(images.image_shape, (*source.image_shape, 1)[:3])
    return images


def measure(job: "Job") -> dict[str, Any]:
    """Returns the test errors of every way and number of labels, seed by seed."""
    from kerasdeep.recipes.studies.tools.two_data_sets import target_and_source

    images, (_, source) = job.images, target_and_source(job.options, NAME)
    before = source and dataclasses.replace(job, images=source.unflattened())
    least, most = images.num_classes, images.train.num_rows
    amounts = sorted({min(max(number, least), most) for number in NUM_LABELS})
    choices = dict.fromkeys(zoo.WAYS, zoo.RATES)
    learners_of = functools.partial(Learners, job, before)
    return by_labels.measure(job, choices, amounts, learners_of, best_rate)


class Learners:
    """The learners of one seed. What was once measured is kept in the folder of the run.

    Args:
        job: `kerasdeep.recipes.runs.job.Job` on the target.
        before: the same on the source; None where a backbone stands for it.
        seed: integer seed of everything random, the labelled rows among it.
    """

    def __init__(self, job: "Job", before: "Job | None", seed: int) -> None:
        self.job, self.before, self.seed = job, before, seed

    def held_out_error(self, way: str, num_labels: int, rate: float) -> float:
        """Returns the error on validation rows."""
        name = f"held-out-{way}-{num_labels}-{rate:g}"
        rows = self.job.images.validation.arrays
        return self.job.run.remember(name, self._error, way, num_labels, rate, rows)

    def test_error(self, way: str, num_labels: int, rate: float) -> float:
        """Returns the error on the test rows."""
        name = f"test-{way}-{num_labels}-{self.seed}"
        rows = self.job.images.test.arrays
        return self.job.run.remember(name, self._error, way, num_labels, rate, rows)

    @functools.cached_property
    def backbone(self) -> "Backbone":
        """What has been learned before."""
        from kerasdeep.callbacks import StopOnDivergence
        from kerasdeep.recipes.studies.tools import backbones

        job, options = self.before, self.job.options
        if job is None:
            shape = self.job.images.image_shape
            return backbones.read(options.backbone, options.weights, options.image_size, shape)
        train, num_classes = job.images.train, job.images.num_classes
        entry = dataclasses.replace(zoo.SOURCE, epochs=options.epochs)
        entry = entry.fit_to(train.num_rows, job.rows[0].size)
        updates = job.num_updates(entry.epochs, entry.batch_size)
        network = entry.build(job.rows, updates, self.seed, num_classes)
        sizes = entry.epochs, entry.batch_size, self.seed
        trained = job.fit(f"source-{self.seed}", network, *sizes, callbacks=[StopOnDivergence()])
        return backbones.Backbone(backbones.features_of(trained.model, entry.name))

    def _error(self, way, num_labels, rate, rows):
        import keras

        from kerasdeep.recipes.studies.tools import batches
        from kerasdeep.recipes.studies.tools.by_class import evenly
        from kerasdeep.recipes.studies.tools.transferred import Transferred

        images, (features, prepare) = self.job.images, self.backbone
        keras.utils.set_random_seed(self.seed)
        sizes, anew = (images.image_shape, images.num_classes), way == zoo.RANDOM
        classifier = Transferred(features, *sizes, anew, prepare)
        numbers = evenly(images.train.arrays[1], num_labels, self.seed)
        size = min(num_labels, batches.BATCH_SIZE)
        part = batches.labelled(images.train, numbers, size)
        steps, num_updates = zoo.WAYS[way], self.job.options.num_updates
        for number, step in enumerate(steps):
            first, last = (round(n / len(steps) * num_updates) for n in (number, number + 1))
            classifier.begin(step, rate, last - first)
            learned = batches.endless([part], last, self.seed).skip(first)
            if last < num_updates:
                classifier.fit(learned, shuffle=False, verbose=0)
        return batches.error_of(classifier, learned, rows)
