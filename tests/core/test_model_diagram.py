"""docs/model.md shows the models as they are."""

from core.management.commands.model_diagram import PAGE, page


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text() == page(), "run manage.py model_diagram"
