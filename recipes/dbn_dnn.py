"""Recipe: pretrain a DBN layer by layer, unroll it, fine-tune it as a classifier.

Beside it the same network is trained from random weights, for about as long in all.
"""

import keras
import numpy as np

from kerasdeep import pictures
from kerasdeep.callbacks import Pictures, StopOnDivergence
from kerasdeep.recipes import gallery, training
from kerasdeep.recipes.evaluation import measure
from kerasdeep.recipes.run import Run, load_model
from kerasdeep.zoo.dbn_dnn import PRETRAINING_EPOCHS, compile_classifier, to_classifier


def train(entry, options, console):
    """Trains a DBN-DNN and its twin from random weights; measures both on the test rows.

    Args, returns: as `kerasdeep.recipes.rbm.train`.

    Raises:
        ValueError: if the data set has no labels.
    """
    images = options.load_labelled(entry.name)
    run = Run(entry.name, options)
    batch_size = options.batch_size_for(entry.batch_size, images.train.num_rows)
    epochs = options.epochs or entry.epochs
    pretrain_epochs = options.pretrain_epochs or PRETRAINING_EPOCHS
    pretrain_steps = pretrain_epochs * images.train.num_batches(batch_size)

    # 1. Greedy pretraining needs no labels: each RBM learns what the one below makes of the data.
    keras.utils.set_random_seed(options.seed)
    rows, _ = images.train.rows(10_000)
    dbn = entry.build(rows, total_steps=pretrain_steps, seed=options.seed)
    dbn.build(rows.shape)
    pretraining, pretraining_seconds = training.train(
        run,
        "pretraining",
        dbn,
        images.train,
        batch_size,
        pretrain_epochs,
        options.seed,
        console,
        callbacks=[Pictures(run.logs, rows[:20], images.image_shape)],
    )
    run.save_model(dbn, "dbn.keras")

    # 2. The same architecture twice: once with the weights of the DBN, once with random ones. An
    # epoch of pretraining takes as long as two of fine-tuning, and its twin gets these instead.
    keras.utils.set_random_seed(options.seed)
    pretrained = to_classifier(dbn, images.num_classes)
    random = keras.models.clone_model(pretrained)
    before = np.array(dbn.rbms[0].kernel)
    results, histories = {}, {"pretraining": pretraining}
    for name, classifier, num_epochs in (
        ("pretrained", pretrained, epochs),
        ("random", random, epochs + 2 * pretrain_epochs),
    ):
        large_batch = 2 * batch_size  # in which a row costs less
        steps = num_epochs * images.train.num_batches(large_batch)
        compile_classifier(classifier, total_steps=steps)
        histories[name], seconds = training.train(
            run,
            name,
            classifier,
            images.train,
            large_batch,
            num_epochs,
            options.seed,
            console,
            labels=True,
            validation_data=images.validation and images.validation.batches(1000, labels=True),
            callbacks=[StopOnDivergence()],
        )
        results[name] = {
            "test_error": measure(classifier, images.test)["error"],
            "fine_tuning_epochs": num_epochs,
            "fine_tuning_seconds": seconds,
        }
        if images.validation:
            results[name]["validation_error"] = measure(classifier, images.validation)["error"]
    results["pretrained"]["pretraining_seconds"] = pretraining_seconds

    # 3. What is saved must predict as what was trained.
    rows, _ = images.test.rows(1000)
    saved = load_model(run.save_model(pretrained))
    same = bool(np.array_equal(saved.predict(rows, verbose=0), pretrained.predict(rows, verbose=0)))

    run.save_metrics(
        {
            "recipe": entry.name,
            "image_shape": images.image_shape,
            "options": {
                **options.as_dict(),
                "epochs": epochs,
                "pretrain_epochs": pretrain_epochs,
                "batch_size": batch_size,
            },
            "results": results,
            "loaded_model_predicts_the_same": same,
            "history": histories,
        }
    )
    figures = gallery.generative_figures(dbn, images, pretraining)
    figures["filters_fine_tuning"] = pictures.filters_before_after(
        before, pretrained.get_layer("encoder_1").kernel, images.image_shape
    )
    figures["learning_curves_pretrained"] = pictures.learning_curves(histories["pretrained"])
    figures["learning_curves_random"] = pictures.learning_curves(histories["random"])
    for name, figure in figures.items():
        run.save_figure(figure, name)
    run.finish()
    table = [row(name, result) for name, result in results.items()]
    verdict = "the same" if same else "something else: please report this"
    table.append(("saved model, loaded again", "predicts", verdict))
    return run.folder, table


def row(name, result):
    """Returns what a person reads of one classifier: name, test error, the rest."""
    seconds = result.get("pretraining_seconds", 0) + result["fine_tuning_seconds"]
    about = f"{seconds:.0f} s"
    if "validation_error" in result:
        about = f"validation {100 * result['validation_error']:.2f} %, {about}"
    return f"test error, {name} weights", f"{100 * result['test_error']:.2f} %", about
