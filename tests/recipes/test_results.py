"""The tables of the pages are those of the results."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from kerasdeep import zoo
from kerasdeep.recipes.results.commands import command_of
from kerasdeep.recipes.results.from_runs import result_of, save
from kerasdeep.recipes.results.from_sweeps import result_of_sweep
from kerasdeep.recipes.results.pages import MARKED, rewrite, with_tables
from kerasdeep.zoo import measured
from tests.recipes.short import small, train

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "zoo" / "README.md", ROOT / "benchmarks" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_pages_agree_with_the_results(page):
    assert with_tables(page.read_text()) == page.read_text(), "run `make results`"


def test_every_result_stands_on_a_page():
    shown = {name for page in PAGES for _, name, _ in MARKED.findall(page.read_text())}
    assert shown - {"headlines"} == {result["table"] for result in measured.read()}


def test_every_result_says_what_it_is():
    for result in measured.read():
        for key in ("command", "dataset", "convention", "metric", "seeds"):
            assert result[key] not in (None, ""), (result["file"], key)
        assert ("measured" in result) != ("rows" in result), result["file"]
        assert all({"value", "source", "checked"} <= set(one) for one in result["published"])
        trained = re.match(r"kerasdeep train ([\w-]+)", result["command"])
        name = trained and trained[1]
        assert result["entry"] == name
        assert name is None or name in zoo.ENTRIES


def test_numbers_keep_their_digits_and_show_their_spread():
    values = [Decimal(text) for text in ("1.07", "1.12", "1.06")]
    assert measured.number(values) == "1.08 +- 0.03 (1.07, 1.12, 1.06)"
    interval = {"mean": Decimal("-84.10"), "low": Decimal("-84.52"), "high": Decimal("-83.80")}
    assert measured.number(interval) == "-84.10 (-84.52 to -83.80)"
    assert measured.number({**interval, "high": None}) == "-84.10 (-84.52, open upwards)"
    several = [interval, {**interval, "mean": Decimal("-84.20")}]
    told = "(-84.10 (-84.52 to -83.80), -84.20 (-84.52 to -83.80))"
    assert measured.number(several) == f"-84.15 +- 0.07 {told}"


def test_a_page_is_written_where_it_differs_and_a_wrong_name_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- results: rbm -->\nold\n<!-- end -->\nAfter.\n")
    assert rewrite(page) and not rewrite(page)
    assert "-84.05" in page.read_text() and "old" not in page.read_text()
    assert page.read_text().startswith("Before.") and page.read_text().endswith("After.\n")
    with pytest.raises(ValueError, match="Received: 'nothing'"):
        with_tables("<!-- results: nothing -->\n<!-- end -->")


@pytest.mark.parametrize(("size", "told"), [(8, ""), (28, " --num-hidden 200,400")])
@pytest.mark.parametrize(("rows", "batches"), [(2_000, ""), (60_000, " --batch-size 20")])
def test_a_command_leaves_out_what_is_chosen_for_such_images(size, told, rows, batches):
    options = {"batch_size": 20, "num_hidden": [200, 400], "restart": 0.0}
    run = {"recipe": "dbm", "image_shape": [size, size, 1], "options": options}
    run["split"] = {"train": {"num_rows": rows}}
    found = command_of(run).split(" --")
    assert sorted(found) == sorted(f"kerasdeep train dbm{told}{batches} --restart 0.0".split(" --"))


def test_every_seed_has_its_own_interval(tmp_path):
    options = {"dataset": "mnist", "binarization": "stochastic"}
    for seed in (0, 1):
        forward = {"mean": -84.1 - seed, "low": -84.5 - seed, "high": -83.8 - seed}
        run = {
            "recipe": "rbm",
            "image_shape": [28, 28, 1],
            "split": {"train": {"num_rows": 60_000}},
            # An earlier version wrote them in another order.
            "options": dict([*options.items()][:: 1 - 2 * seed]) | {"seed": seed},
            "test": {},
            "test_log_likelihood": {"forward": forward},
            "seconds": 60.0,
            "versions": {},
        }
        (tmp_path / str(seed)).mkdir()
        (tmp_path / str(seed) / "metrics.json").write_text(json.dumps(run))
    (found,) = result_of([tmp_path / "0", tmp_path / "1"])["measured"].values()
    assert [str(one["mean"]) for one in found] == ["-84.10", "-85.10"]
    assert [str(one["high"]) for one in found] == ["-83.80", "-84.80"]


def test_a_sweep_becomes_rows_of_its_best_trials():
    values = {
        "learning_rate": 0.12345,
        "num_hidden_layers": 2,
        "num_hidden_1": 8,
        "num_hidden_2": 9,
    }
    trial = {"trial": "0", "score": 0.98765, "values": values, "epochs": None, "failed": None}
    failed = {**trial, "score": None, "failed": "it diverged"}
    options = {"dataset": "mnist", "binarization": "none"}
    run = {
        "recipe": "tune-dbn-dnn",
        "options": {**options, "seed": 3, "range": ["a=1:2", "b=3:4"]},
        "objective": {"name": "val_accuracy"},
        "trials": [trial, failed],
        "test": {"error": 0.0123},
        "versions": {},
    }
    result = result_of_sweep(run)
    (row,) = (dict(zip(one, map(str, one.values()), strict=True)) for one in result["rows"])
    assert row == {
        "data": "mnist",
        "val_accuracy": "0.9877",
        "learning rate": "0.123",
        "num hidden": "8-9",
        "test": "error 0.0123",
    }
    assert result["command"] == "kerasdeep tune dbn-dnn --dataset mnist --range a=1:2 --range b=3:4"
    assert result["seeds"] == [3]


def test_runs_become_a_result_that_keeps_what_runs_do_not_know(stripes, monkeypatch, tmp_path):
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    runs = []
    for seed in (0, 1):
        runs.append(tmp_path / str(seed))
        train(small("class-rbm", epochs=1), runs[-1], dataset=stripes, seed=seed)
    result = result_of(runs)
    assert result["seeds"] == [0, 1] and len(result["measured"]["error"]) == 2
    assert "--epochs 1 --num-hidden 12" in result["command"]
    save({**result, "headline": "Stripes"}, "stripes")
    save(result_of(runs[:1]), "stripes")
    (kept,) = measured.read()
    assert kept["headline"] == "Stripes" and kept["seeds"] == [0]
    assert kept["measured"]["error"] == result["measured"]["error"][0]
    assert "| stripes.npz" in measured.table("class-rbm").replace(
        str(Path(stripes).parent) + "/", ""
    )
    with pytest.raises(ValueError, match="differ in their seed alone"):
        train(small("class-rbm", epochs=2), tmp_path / "other", dataset=stripes)
        result_of([runs[0], tmp_path / "other"])
