"""What errors know survives when they are told as being about something."""

from wattloom.errors import FieldProblem, FlexModelError, MissingDataError, NotFoundError


def test_an_error_about_something_keeps_its_facts() -> None:
    told = MissingDataError("No prices.", field="consumption-price", sensor_id=3).about("device 2")

    assert (told.message, str(told)) == ("device 2: No prices.", "device 2: No prices.")
    assert (told.field, told.sensor_id) == ("consumption-price", 3)


def test_an_error_about_something_leaves_the_first_one_as_it_was() -> None:
    error = NotFoundError("sensor", 3)

    told = error.about("device 2")

    assert error.message == "No sensor found with ID 3."
    assert (told.kind, told.id) == ("sensor", 3)


def test_each_problem_is_told_as_being_about_something() -> None:
    problems = [FieldProblem(("soc-max",), "Wrong."), FieldProblem(("soc-min",), "Wrong, too.")]

    told = FlexModelError("Wrong.", problems=problems).about("device 2")

    assert told.problems == (
        FieldProblem(("soc-max",), "device 2: Wrong."),
        FieldProblem(("soc-min",), "device 2: Wrong, too."),
    )
