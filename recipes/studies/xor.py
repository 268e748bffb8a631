"""Study: what does a hidden layer do for the exclusive or, which no single unit can learn?

A perceptron comes back to weights that it had before, which proves that no line separates the
points. Networks start from random weights: two hidden units move the points to where a line does
separate them, unless a start leads to where the loss is flat.

References: Minsky, Papert (1969), Perceptrons. Rumelhart, Hinton, Williams (1986), Learning
internal representations by error propagation. Goodfellow, Bengio, Courville (2016), Deep learning,
section 6.1.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from kerasdeep.recipes.runs.options import RunOptions
from kerasdeep.zoo.parameter import parameter
from kerasdeep.zoo.studies import xor as zoo

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kerasdeep.backend.types import ArrayLike
    from kerasdeep.recipes.runs.job import Job

NAME = "xor"
# Answers that a flat loss leaves in doubt are between 1/3 and 2/3.
NEAR = 0.1


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Learn the exclusive or from many random starts; draw where hidden units move the points."""

    dataset: ClassVar[str] = "four-points"

    num_hidden: int = parameter(2, "Hidden units.", low=2, high=100, flag="hidden-units")
    activation: str = parameter("tanh", "Of the hidden units.", choices=zoo.ACTIVATIONS)
    num_starts: int = parameter(20, "Networks, each with random weights of its own.", low=1)
    num_updates: int = parameter(500, "Updates of each network.", low=1, flag="updates")
    learning_rate: float = parameter(0.1, "Of gradient descent with momentum.", low=1e-6)
    seed: int = parameter(0, "Seed of everything random.", low=0, high=2**31 - 1)


def load(options: Options) -> None:
    """Returns None: there are four points."""
    return


def measure(job: "Job") -> dict[str, Any]:
    """Returns what the perceptron did, and what became of every start."""
    import keras
    import numpy as np

    options, starts = job.options, []
    keras.utils.set_random_seed(options.seed)
    perceptron = zoo.train_perceptron()
    networks = zoo.build(options.num_starts, options.num_hidden, options.activation)
    updates, losses = zoo.train(networks, options.num_updates, options.learning_rate)
    for loss, *arrays in zip(losses, *networks.get_weights(), strict=True):
        start = {name: w.tolist() for name, w in zip(zoo.WEIGHTS, arrays, strict=True)}
        hidden, answers = zoo.respond(start, options.activation, zoo.POINTS)
        start |= {"loss": loss.tolist(), "hidden": hidden.tolist(), "answers": answers.tolist()}
        starts.append({"solved": bool((np.abs(answers - zoo.TARGETS) < NEAR).all()), **start})
    # The first that solved it, or else the one that is nearest to it.
    shown = min(range(len(starts)), key=lambda n: (not starts[n]["solved"] and losses[n, -1], n))
    found = {"perceptron": perceptron, "updates": updates, "shown": shown, "starts": starts}
    return {"activation": options.activation, **found}


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns rows of the perceptron, of all starts, and of the one that is drawn."""
    perceptron, starts = metrics["perceptron"], metrics["starts"]
    shown = starts[metrics["shown"]]
    mistakes = " ".join(map(str, perceptron["mistakes"]))
    solved = sum(start["solved"] for start in starts)
    networks = f"2-{len(shown['output_kernel'])}-1 networks"
    answers = " ".join(f"{answer:.2f}" for answer in shown["answers"])
    return [
        ("perceptron", f"{max(perceptron['right'])} of 4", "points right, at best"),
        ("its mistakes", mistakes, "an epoch, until weights came back"),
        (networks, f"{solved} of {len(starts)}", "starts solved it"),
        (f"answers of start {metrics['shown'] + 1}", answers, "where 0 1 1 0 are right"),
    ]


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws the points before and after the hidden layer, losses, and the perceptron's mistakes."""
    import numpy as np

    from kerasdeep import pictures

    figure = pictures.new_figure(11, 9)
    panels = figure.subplot_mosaic("iiihhh;llllpp", height_ratios=(3, 2))
    shown, activation = metrics["starts"][metrics["shown"]], metrics["activation"]
    kernel, bias, output, output_bias = (np.array(shown[name]) for name in zoo.WEIGHTS)

    lines = "hidden units", kernel, bias
    draw_plane(panels["i"], zoo.POINTS, lines, lambda x: zoo.respond(shown, activation, x)[1])
    panels["i"].set(title="Inputs: no single line will do", xlabel="$x_1$", ylabel="$x_2$")

    sight = zoo.directions(shown["hidden"], output)
    lines = "output unit", sight.T @ output, output_bias
    draw_plane(
        panels["h"], shown["hidden"] @ sight, lines, lambda h: zoo.dense(h, *lines[1:])[..., 0]
    )
    title = f"Hidden units: {'one line will do' if shown['solved'] else 'not solved yet'}"
    names = ("$h_1$", "$h_2$") if len(kernel.T) == 2 else ("across the line", "along it")
    panels["h"].set(title=title, xlabel=names[0], ylabel=names[1])

    for color, solved, name in (("tab:orange", False, "not solved"), ("tab:green", True, "solved")):
        losses = [start["loss"] for start in metrics["starts"] if start["solved"] is solved]
        for number, loss in enumerate(losses):
            label = None if number else f"{len(losses)} {name}"
            panels["l"].plot(metrics["updates"], loss, color=color, alpha=0.6, label=label)
    panels["l"].set(title="All starts", xlabel="updates", ylabel="cross-entropy, nats a point")
    panels["l"].set_yscale("log")
    panels["l"].legend()

    mistakes, right = metrics["perceptron"]["mistakes"], max(metrics["perceptron"]["right"])
    panels["p"].bar(range(1, len(mistakes) + 1), mistakes, color="gray")
    title = f"A perceptron: at best {right} of 4 right"
    panels["p"].set(title=title, xlabel="epoch", ylabel="mistakes", yticks=range(5))
    panels["p"].xaxis.get_major_locator().set_params(integer=True)
    return figure


def draw_plane(axes: "Axes", points: "ArrayLike", lines: tuple[Any, ...], answer: Any) -> None:
    """Draws points with lines and answers around them; lines are `(name, kernel, bias)`."""
    import numpy as np

    name, kernel, bias = lines
    half = 0.1 + 0.85 * np.ptp(points, axis=0).max()
    low, high = np.mean(points, axis=0) - half, np.mean(points, axis=0) + half
    x, y = np.meshgrid(*np.linspace(low, high, 201).T)
    extent = (low[0], high[0], low[1], high[1])
    shades = answer(np.stack([x, y], axis=-1))
    axes.imshow(shades, "coolwarm", origin="lower", extent=extent, vmin=0, vmax=1, alpha=0.6)
    for unit, (weight, zero) in enumerate(zip(kernel.T, bias, strict=True)):
        foot, along = -zero * weight / (weight @ weight), weight[::-1] * (-1, 1)
        axes.axline(foot, foot + along, color="k", label=None if unit else name)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.legend()
    for number, (point, target) in enumerate(zip(points, zoo.TARGETS, strict=True)):
        color = ("tab:blue", "tab:red")[target]
        axes.plot(*point, "o", color=color, markeredgecolor="w", markersize=20)
        axes.annotate(target, point, color="w", ha="center", va="center")
        # Those that come together have labels below and above.
        shift = (0, -22 if number % 2 else 14)
        axes.annotate(zoo.POINTS[number], point, shift, textcoords="offset points", ha="center")
