"""What became of learners that `chosen_rates` compared, as rows of a table and as a figure."""

from typing import TYPE_CHECKING, Any

from kerasdeep.recipes.studies.tools.plots import logarithmic_errors

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(metrics: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns a row for each learner: its rate, its mean test error, that of every seed."""
    import numpy as np

    rows = []
    for learner, results in metrics["results"].items():
        errors = [100 * result["test_error"] for result in results]
        seeds = ", ".join(f"{error:.2f}" for error in errors)
        name = f"{learner}, rate {metrics['learning_rates'][learner]:g}"
        rows.append((name, f"{np.mean(errors):.2f}", f"test error, %; by seed {seeds}"))
    return rows


def draw(metrics: dict[str, Any]) -> "Figure":
    """Draws loss and error against updates, means over the seeds, and error against rate."""
    import numpy as np
    from matplotlib.ticker import LogLocator

    from kerasdeep import pictures

    figure = pictures.new_figure(15, 4.5)
    losses, errors, valleys = figure.subplots(1, 3)
    for number, (learner, results) in enumerate(metrics["results"].items()):
        # Curves that fall together, as momentum's and Nesterov's do, are both seen.
        style = {"color": f"C{number}", "linestyle": ("--", "-")[number % 2]}
        for axes, name, scale in ((losses, "losses", 1), (errors, "validation_errors", 100)):
            found = np.array([result[name] for result in results], dtype=float)
            axes.plot(metrics["updates"], scale * found.mean(axis=0), **style, label=learner)
        held_out = metrics["held_out_errors"][learner]
        rates, found = zip(*((float(rate), 100 * e) for rate, e in held_out.items()), strict=True)
        valleys.plot(rates, found, **style, marker=".")
        best = rates.index(metrics["learning_rates"][learner])
        mark = {"marker": "o", "markersize": 11, "fillstyle": "none", "markeredgewidth": 2}
        valleys.plot(rates[best], found[best], color=style["color"], **mark)
    losses.set(xlabel="updates", ylabel="training loss")
    errors.set(xlabel="updates", ylabel="validation error, %")
    valleys.set(xlabel="learning rate", ylabel="validation error in the end, %", xscale="log")
    for axes in (losses, errors, valleys):
        logarithmic_errors(axes)
        axes.grid(alpha=0.3)
    errors.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))  # they differ by little
    figure.legend(*losses.get_legend_handles_labels(), loc="outside right upper")
    return figure
