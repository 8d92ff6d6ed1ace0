"""What the title of a picture says of bias."""

from __future__ import annotations

from cli.plan.picture_style import bias_note
from simulator.plans.query_accuracy import BiasedColumn


def test_a_picture_names_the_columns_that_bias_puts_off() -> None:
    two = (BiasedColumn("q", "visitors", -0.66), BiasedColumn("q", "n", 0.5))
    assert bias_note(()) == ""
    assert bias_note(two) == "\nnoise alone; bias comes on top, and no budget mends it: visitors -66%, n +50%"
    assert bias_note(two * 3).replace("\n", " ").endswith("visitors -66%, n +50%, visitors -66% and 3 more")
