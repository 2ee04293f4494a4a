"""Errors know their place, and take one from whoever knows it only where they have none."""

from __future__ import annotations

from jicha.kernel.errors import ContentError


def test_an_error_without_a_file_is_placed_and_keeps_what_it_knew() -> None:
    error = ContentError("bad", en="wrong", zh="有误", line=7, column="amount")
    placed = error.placed("a.sql")
    assert (placed.file, placed.line, placed.column) == ("a.sql", 7, "amount")
    assert isinstance(placed, ContentError)
    assert error.placed("a.sql", 3).line == 3


def test_an_error_with_a_file_keeps_its_own_place() -> None:
    error = ContentError("bad", en="wrong", zh="有误", file="b.sql", line=1)
    assert error.placed("a.sql", 3) is error


def test_an_error_kept_as_text_says_place_and_code_in_both_languages() -> None:
    text = ContentError("bad", en="wrong", zh="有误", file="b.sql", line=1).rendered
    assert (text.en, text.zh) == ("b.sql:1: wrong [bad]", "b.sql:1: 有误 [bad]")
