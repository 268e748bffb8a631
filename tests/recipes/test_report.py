"""The page that every run ends with."""

import pytest

from kerasdeep import pictures
from kerasdeep.recipes import report
from tests.recipes.pages import Page, assert_self_contained


@pytest.fixture
def page(tmp_path):
    """A page whose texts are not to be taken for marks of HTML."""
    figure = pictures.learning_curves({"loss": [2.0, 1.0], "a < b": [1.0, 2.0]})
    figure.savefig(tmp_path / "curves.png")
    seen = {tmp_path / "curves.png": report.seen_on("learning_curves", figure)}
    table = [("error <b>", "1.5 %", 'of "rows"')]
    commands = report.commands(tmp_path / "my run")
    text = report.page("rbm on <x>", table, seen, commands, {"seed": 7})
    (tmp_path / "report.html").write_text(text)
    return Page(tmp_path / "report.html")


def test_a_page_is_self_contained_and_says_what_is_seen(page):
    assert_self_contained(page)
    assert list(page.pictures) == ["Learning curves: loss, a < b"]
    assert page.pictures.popitem()[1].size[0] > 100


@pytest.mark.parametrize(
    ("history", "shown"),
    [
        ({"loss": [2, 1], "lower_bound": [-2, -1], "penalty": [0, 0]}, ["lower bound"]),
        (
            {"loss": [2, 1], "generator_loss": [2, 1], "val_loss": [3, 1]},
            ["loss", "generator loss"],
        ),
        ({"loss": [2, 9], "rbm_1_error": [3], "rbm_2_error": [4]}, ["rbm 1 error", "rbm 2 error"]),
        ({"loss": [0, 0]}, ["loss"]),
        ({"loss": [2, 1], "accuracy": [0.5, 0.6]}, ["loss", "accuracy"]),
    ],
)
def test_curves_show_each_number_once(history, shown):
    figure = pictures.learning_curves(history)
    assert [axes.get_title() for axes in figure.axes if axes.axison] == shown


def test_a_page_does_not_advise_to_sample_what_cannot_be(tmp_path):
    assert not [line for line in report.commands(tmp_path, samples=False) if "sample" in line]


def test_a_page_shows_numbers_options_and_how_to_go_on(page):
    for words in ("rbm on <x>", "error <b>", "1.5 %", 'of "rows"', '"seed": 7'):
        assert words in page.text
    assert "b" not in page.tags and "x" not in page.tags
    assert "kerasdeep sample '" in page.text and "my run/serving'" in page.text
