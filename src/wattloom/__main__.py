"""``python -m wattloom`` is the command ``wattloom``."""

from wattloom.cli import main

if __name__ == "__main__":
    main()
