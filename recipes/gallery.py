"""The pictures that go with a trained model."""

import numpy as np

from kerasdeep import pictures

CHAIN_STEPS = (1, 10, 100, 1000)


def fantasy_chain(model, num_chains=12, steps=CHAIN_STEPS, initial=None, **kwargs):
    """Runs chains and looks at them on the way.

    Args:
        model: an RBM or a DBN.
        num_chains: number of chains, at least 1. Default 12.
        steps: after how many Gibbs steps to look, in rising order.
        initial: visible values to start from. Default None: from the biases alone.
        **kwargs: passed on to `sample`: `clamped`, of an RBM.

    Returns:
        Visible means, shape `(len(steps), num_chains, num_visible)`.
    """
    visible, seen, done = initial, [], 0
    for step in steps:
        # The picture shows means one step further on; the chain goes on from values drawn.
        visible = model.sample(num_chains, step - done, initial=visible, **kwargs)
        seen.append(np.asarray(model.sample(steps=1, initial=visible, mean=True, **kwargs)))
        done = step
    return np.stack(seen)


def generative_figures(model, images, history):
    """Draws filters, reconstructions, fantasies and learning curves of an RBM or a DBN.

    Args:
        model: the trained model.
        images: the data set, `kerasdeep.recipes.data.Images`.
        history: `History.history` of its training.

    Returns:
        Dict from file name to figure.
    """
    shape = images.image_shape
    rows, _ = images.test.rows(20)
    bottom = getattr(model, "rbms", [model])[0]
    return {
        "filters": pictures.filters(bottom.kernel, shape),
        "reconstructions": pictures.reconstructions(rows, model.reconstruct(rows), shape),
        "fantasies": pictures.fantasies(fantasy_chain(model), CHAIN_STEPS, shape),
        "learning_curves": pictures.learning_curves(history),
    }


def error_against_depth(errors):
    """Draws test error against depth: a panel for each number of labels, bars over the seeds.

    Args:
        errors: dict from `(start, num_labels, depth)` to the test errors of all seeds.
    """
    starts, amounts, depths = (list(dict.fromkeys(part)) for part in zip(*errors, strict=True))
    figure = pictures.new_figure(4 * len(amounts), 4)
    panels = figure.subplots(1, len(amounts), squeeze=False)[0]
    for axes, amount in zip(panels, amounts, strict=True):
        for shift, start in enumerate(starts):
            found = 100 * np.array([errors[start, amount, depth] for depth in depths])
            mean, spread = _mean_and_range(found)
            places = np.array(depths) + 0.06 * (shift - 1)
            axes.errorbar(places, mean, spread, marker="o", capsize=3, label=start)
        axes.set(title=f"{amount:,} labels", xlabel="hidden layers", xticks=depths)
        _logarithmic(axes)
    panels[0].set_ylabel("test error, %: mean, best and worst seed")
    panels[-1].legend()
    return figure


def error_against_labels(errors):
    """Draws test error against the number of labels, a line for each learner, bars over the seeds.

    Args:
        errors: dict from `(learner, num_labels)` to the test errors of all seeds.
    """
    learners, amounts = (list(dict.fromkeys(part)) for part in zip(*errors, strict=True))
    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    for shift, learner in enumerate(learners):
        found = 100 * np.array([errors[learner, amount] for amount in amounts])
        mean, spread = _mean_and_range(found)
        places = np.array(amounts) * (1 + 0.04 * (shift - 1))
        axes.errorbar(places, mean, spread, marker="o", capsize=3, label=learner)
    axes.set(xlabel="labels", ylabel="test error, %: mean, best and worst seed", xscale="log")
    _logarithmic(axes)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _mean_and_range(found):
    """Returns means over the last axis, and how far the lowest and the highest are from them."""
    mean = found.mean(axis=1)
    return mean, [mean - found.min(axis=1), found.max(axis=1) - mean]


def _logarithmic(axes):
    from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_locator(NullLocator())


def likelihood_against_time(results):
    """Draws the log-likelihood of test rows against seconds of training, a line for each sampler.

    Args:
        results: dict from the name of a sampler to its `"seconds"` and `"log_likelihood"`.
    """
    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    for name, result in results.items():
        axes.plot(result["seconds"], result["log_likelihood"], marker="o", label=name)
    axes.set(xlabel="seconds of training", ylabel="test log-likelihood, nats (AIS)", xscale="log")
    axes.legend()
    axes.grid(alpha=0.3)
    return figure


def recall_against_load(overlaps, flipped):
    """Draws how well a Hopfield network recalls against how much it stores.

    Args:
        overlaps: dict from patterns a unit to overlaps of shape `(num_seeds, 2)`: recall from the
            patterns themselves and from corrupted ones.
        flipped: share of units that was flipped in these.
    """
    figure = pictures.new_figure(7, 4.5)
    axes = figure.subplots()
    loads = list(overlaps)
    for column, label in enumerate(("the patterns", f"with {100 * flipped:.0f} % flipped")):
        found = np.array([overlaps[load][:, column] for load in loads])
        mean, spread = _mean_and_range(found)
        axes.errorbar(loads, mean, spread, marker="o", capsize=3, label=f"from {label}")
    axes.axvline(0.138, color="gray", linestyle="--", label="0.138 (theory, infinite size)")
    axes.set(xlabel="stored patterns a unit", ylabel="overlap of what is recalled", ylim=(0, 1.03))
    axes.legend()
    return figure
