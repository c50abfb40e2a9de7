"""Tests of the command line of `scripts/bench`."""

import pytest

from benchmarks.command_line import parse
from benchmarks.results import Section


def test_only_takes_sections_by_name() -> None:
    arguments = parse(["--only", "page", "screen"])
    assert arguments.only == [Section.PAGE, Section.SCREEN]


def test_only_refuses_an_unknown_section(capsys: pytest.CaptureFixture[str]) -> None:
    """The error lists those that there are."""
    with pytest.raises(SystemExit):
        parse(["--only", "weather"])
    assert Section.SCREEN in capsys.readouterr().err


def test_document_needs_every_section(capsys: pytest.CaptureFixture[str]) -> None:
    """A few sections alone would empty the other tables."""
    options = ["--only", "page", "--document"]
    with pytest.raises(SystemExit):
        parse(options)
    assert "--from" in capsys.readouterr().err
    assert parse([*options, "--from", "figures.json"]).document
