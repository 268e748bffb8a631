"""Hyper-parameters are described once, and kept within their ranges."""

import dataclasses
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kerasdeep.zoo
from kerasdeep import zoo
from kerasdeep.zoo.parameter import parameters

FAMILY = Path(kerasdeep.zoo.__file__).parent / "boltzmann"
NEW = '''"""An entry that a test adds."""

from dataclasses import dataclass

from kerasdeep.zoo.entry import Entry
from kerasdeep.zoo.parameter import parameter


@dataclass(frozen=True, kw_only=True)
class New(Entry):
    """An RBM."""

    name = "new-one"
    summary = "A new one"
    citation = "Nobody (2000), Nothing"
    task = "generative"

    num_things: int = parameter(7, "Number of things.", low=1, high=9, search=(2, 8))
    warmth: float = parameter(0.5, "How warm.", low=0, high=1, search=(0.1, 1), log=True)
'''


@pytest.mark.parametrize("entry", zoo.ENTRIES.values(), ids=zoo.ENTRIES)
def test_parameters_have_help_a_default_in_range_and_a_space_within_it(entry):
    described = parameters(entry)
    assert set(described) == set(dataclasses.fields(entry))
    for field, about in described.items():
        assert about.help.endswith((".", "]")), field.name
        about.check(field.name, field.default)
        if about.search:
            low, high = about.search
            assert about.low <= low < high <= about.high, field.name
            assert low > 0 or not about.log, field.name


def test_values_out_of_range_are_refused_with_the_range():
    rbm = zoo.get("rbm")
    for name, value, words in (
        ("num_hidden", 0, "num_hidden expects a value of at least 1. Received: 0"),
        ("momentum", 1.5, "at least 0 and at most 0.999"),
        ("learning_rate", math.nan, "Received: nan"),
        ("learning_rate", math.inf, "at least 0 and finite. Received: inf"),
    ):
        with pytest.raises(ValueError, match=words):
            dataclasses.replace(rbm, **{name: value})
    with pytest.raises(ValueError, match=r"Received: \(10, 0\)"):
        dataclasses.replace(zoo.get("dbn-dnn"), num_hidden=(10, 0))


def test_hidden_layers_of_an_autoencoder_have_an_activation_that_it_tells():
    entry = zoo.get("autoencoder")
    assert entry.fit_to(100, 64).activation == "gelu"
    from_dbn = dataclasses.replace(entry, pretrain_epochs=1)
    assert from_dbn.fit_to(100, 64).activation == "sigmoid"
    with pytest.raises(ValueError, match="expects sigmoid, of the units of a DBN"):
        dataclasses.replace(from_dbn, activation="relu")


def test_hyper_parameters_reach_the_model():
    model = dataclasses.replace(zoo.get("rbm"), num_hidden=7, momentum=0.3).build(None, 10)
    assert model.num_hidden == 7 and model.optimizer.momentum == 0.3
    assert model.sampler.num_chains == 100


def test_batches_are_small_where_data_are_few():
    rbm = zoo.get("rbm")
    assert [rbm.batch_size_for(rows) for rows in (50, 1295, 60_000)] == [10, 12, 100]
    assert dataclasses.replace(rbm, batch_size=33).batch_size_for(50) == 33


@pytest.mark.parametrize(
    ("name", "pixels", "widths"),
    [
        ("dbm", 64, (200, 400)),
        ("dbm", 784, (500, 1000)),
        ("dbn", 64, (256, 512)),
        ("dbn", 784, (500, 500, 2000)),
    ],
)
def test_a_stack_is_narrow_where_images_are_small(name, pixels, widths):
    chosen = dataclasses.replace(zoo.get(name), num_hidden=(30, 20, 10))
    for entry, expected in ((zoo.get(name), widths), (chosen, (30, 20, 10))):
        fitted = entry.fit_to(1295, pixels)
        assert (fitted.batch_size, fitted.num_hidden) == (12, expected)
        assert len(fitted.stages()) == len(expected) + 1


def test_a_new_entry_is_one_new_file(tmp_path):
    """In a copy of the folders, laid out as they are installed."""
    root = Path(kerasdeep.__file__).parents[1]
    shutil.copytree(root / "kerasdeep", tmp_path / "kerasdeep")
    for folder in ("zoo", "recipes"):
        own = Path(sys.modules["kerasdeep.zoo"].__file__).parents[1] / folder
        shutil.copytree(own, tmp_path / "kerasdeep" / folder)
    (tmp_path / "kerasdeep" / "zoo" / "boltzmann" / "new_one.py").write_text(NEW)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.meta_path[:] = "
        "[f for f in sys.meta_path if 'editable' not in repr(f).lower()];"
        "from kerasdeep.recipes.cli.app import app;"
        "app(['list'], standalone_mode=False);"
        "app(['train', 'new-one', '--help'], standalone_mode=False)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    listed, _, helped = done.partition("Usage:")
    assert "new-one" in listed
    assert "--num-things" in helped and "--warmth" in helped and "--num-hidden" not in helped
