"""What the pages promise: examples that run, commands and files that are there."""

import re
from pathlib import Path

import pytest
import typer

import kerasdeep
from kerasdeep import models
from kerasdeep.recipes.cli.app import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md")])


def test_the_first_page_is_short_and_opens_with_pictures():
    assert len(README.splitlines()) < 150
    before_commands = README.partition("\n## ")[0]
    assert len(re.findall(r"\.png", before_commands)) == 3


def test_the_examples_of_the_first_page_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    own, trained = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(own, names)
    scores = dict(map(str.split, capsys.readouterr().out.splitlines()[-2:]))
    assert float(scores["features"]) > float(scores["pixels"]) + 0.03  # measured: 0.08
    exec(trained, names)
    assert names["classifier"].input_shape == (None, 784) and names["rbm"].num_hidden == 500


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page):
    text = page.read_text()
    for link in re.findall(r'(?:\]\(|src=")(?!https?:)([^)"#]+)', text):
        assert (page.parent / link).exists(), link
    commands = typer.main.get_command(app).commands
    assert set(re.findall(r"^kerasdeep ([\w-]+)", text, re.MULTILINE)) <= set(commands)
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:`|^)make ([\w-]+)", text, re.MULTILINE)) <= set(targets)


def test_the_first_page_names_every_model():
    assert [name for name in models.__all__ if f"`{name}`" not in README] == []


def test_changes_of_this_version_are_told():
    assert f"\n## {kerasdeep.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_licence_is_the_same_everywhere():
    assert "Apache License\n" in (ROOT / "LICENSE").read_text()
    for file in ("pyproject.toml", "CITATION.cff"):
        assert re.search(r'^license(: | = ")Apache-2.0', (ROOT / file).read_text(), re.MULTILINE)
