"""One server per address, and per data folder unless the database is PostgreSQL."""

import socket
from pathlib import Path

import pytest

from wattloom.config import Settings
from wattloom.errors import ConflictError
from wattloom.server.reserve import reserved


def test_reserved_address_is_listened_on_and_free_again(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=0)

    with reserved(settings) as listener:
        with socket.create_connection(listener.getsockname()):
            pass
        port = listener.getsockname()[1]

    with reserved(settings.model_copy(update={"port": port})):
        pass


def test_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with (
            pytest.raises(OSError, match=f"Port {port} is in use; choose another with --port"),
            reserved(Settings(data_dir=tmp_path, port=port)),
        ):
            pass


@pytest.mark.parametrize("host", ["192.0.2.1", "host.invalid"])
def test_host_of_another_machine_is_named(tmp_path: Path, host: str) -> None:
    with (
        pytest.raises(OSError, match=f"'{host}' is no address of this machine"),
        reserved(Settings(data_dir=tmp_path, host=host, port=0)),
    ):
        pass


def test_second_server_on_a_folder_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=0)

    with reserved(settings), pytest.raises(ConflictError, match="already shows"), reserved(settings):
        pass


def test_servers_on_postgresql_may_share_a_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=0, database_url="postgresql://nobody@localhost/nothing")

    with reserved(settings) as first, reserved(settings) as second:
        assert first.getsockname() != second.getsockname()
    assert list(tmp_path.iterdir()) == []
