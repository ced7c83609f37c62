import subprocess
import sys
from collections.abc import Iterator

import pytest

from wattloom.cli.exit_codes import EXIT_CODES, exit_code
from wattloom.errors import InputError, NotFoundError, UnitError, WattloomError


def descendants(of: type[WattloomError]) -> Iterator[type[WattloomError]]:
    for error in of.__subclasses__():
        yield error
        yield from descendants(error)


@pytest.mark.parametrize("error", sorted(set(descendants(WattloomError)), key=str))
def test_every_error_has_an_exit_code(error: type[WattloomError]) -> None:
    assert exit_code(error.__new__(error)) > 0


def test_the_root_of_the_tree_has_no_exit_code_of_its_own() -> None:
    assert WattloomError not in EXIT_CODES
    assert Exception not in EXIT_CODES


def test_exit_codes_tell_errors_apart() -> None:
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)


def test_a_subclass_has_the_code_of_its_ancestor() -> None:
    assert exit_code(UnitError("wrong")) == exit_code(InputError("wrong"))
    assert exit_code(NotFoundError("asset", 1)) != exit_code(InputError("wrong"))


def test_help_loads_no_heavy_package() -> None:
    program = (
        "import sys\n"
        "from wattloom.cli import main\n"
        "sys.argv = ['wattloom', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr

    heavy = ["numpy", "pandas", "highspy", "sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "pydantic"]
    assert [name for name in heavy if f"'{name}'" in loaded] == []
