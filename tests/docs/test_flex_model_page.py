from scripts.document_flex_model import PAGE, flex_model_page
from wattloom.scheduling.flexmodel import COMMITMENT, FLEX_CONTEXT, FLEX_MODEL
from wattloom.scheduling.flexmodel.fields import OPERATION_MODE, SCENARIOS


def test_flex_model_page_is_in_step_with_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == flex_model_page(), "make docs"


def test_every_field_is_on_the_page() -> None:
    page = flex_model_page()

    assert [
        name
        for name in (*FLEX_CONTEXT, *COMMITMENT, *SCENARIOS, *FLEX_MODEL, *OPERATION_MODE)
        if f"`{name}`" not in page
    ] == []
