"""Play the recorded API scenario in an account that is there already.

    python play_recorded_api.py GOLDEN_DIR [OPTIONS OF run_api.py]

The scenario begins by creating the account ``golden`` through the API, and
everything else lies below it. Until accounts can be created there, ours comes
from the command line.
"""

import sys
from importlib import import_module
from typing import Any


def main() -> int:
    sys.path.insert(0, sys.argv.pop(1))
    run_api = import_module("run_api")

    class RecorderInExistingAccount(run_api.Recorder):  # type: ignore[name-defined,misc] - lies outside the repository
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            accounts = {account["name"]: account["id"] for account in self.who["admin"].get("/accounts")}
            self.ids["account"]["golden"] = accounts["golden"]

    run_api.Recorder = RecorderInExistingAccount
    return run_api.main()


if __name__ == "__main__":
    sys.exit(main())
