"""Annotations as charts show them."""

from datetime import UTC, datetime

from wattloom.annotations import Annotation, stacked

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def make_annotation(content: str = "note", *, start_h: int = 8, end_h: int = 12, **fields: object) -> Annotation:
    values = {"id": 1, "type": "label", "belief_time": None, "source_id": 1} | fields
    return Annotation(content=content, start=DAY.replace(hour=start_h), end=DAY.replace(hour=end_h), **values)


def test_long_lines_are_wrapped_at_sixty_characters() -> None:
    (band,) = stacked([make_annotation("twelve letters " * 10)])

    assert [len(line) <= 60 for line in band.lines] == [True] * 3
    assert " ".join(band.lines) == ("twelve letters " * 10).strip()


def test_words_without_blanks_are_broken() -> None:
    (band,) = stacked([make_annotation("x" * 130)])

    assert [len(line) for line in band.lines] == [60, 60, 10]


def test_lines_of_the_author_stay_lines() -> None:
    (band,) = stacked([make_annotation("first\nsecond")])

    assert band.lines == ("first", "second")


def test_what_ends_together_is_one_band_from_the_earliest_start() -> None:
    early = make_annotation("early", start_h=6, type="alert", source_id=7)
    bands = stacked([early, make_annotation("late", start_h=9), make_annotation("other", end_h=13)])

    assert [(band.start.hour, band.end.hour, band.type, band.source_id, band.lines) for band in bands] == [
        (6, 12, "alert", 7, ("early", "late")),
        (8, 13, "label", 1, ("other",)),
    ]


def test_a_band_is_cut_to_the_sides_of_the_window_that_are_given() -> None:
    (band,) = stacked([make_annotation(start_h=8, end_h=12)])

    cut = band.clipped(DAY.replace(hour=9), DAY.replace(hour=11))

    assert (cut.start.hour, cut.end.hour) == (9, 11)
    assert band.clipped(None, DAY.replace(hour=20)) == band
