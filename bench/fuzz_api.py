"""Send the API made-up requests for as long as wanted: ``python -m bench.fuzz_api --examples 500 --number 7``.

Prints every answer that does not hold to the description, and ends with status 1 when there is one. The test suite
sends a few of these requests at each run.
"""

import argparse
import logging
import shutil
import sys
import tempfile
from pathlib import Path

import structlog
from schemathesis.core.failures import FailureGroup

from tests.fuzzing import described_operations, filled_template, fresh_site, fuzz


def main() -> int:
    """Send the requests; return how many operations failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=200, help="requests of each kind per operation")
    parser.add_argument("--number", type=int, default=0, help="another number leads to other requests")
    parser.add_argument("--only", default="", help="operations whose method and path hold this text")
    asked = parser.parse_args()
    structlog.configure(
        processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        template = filled_template(Path(folder) / "template.db")
        for name, operation in described_operations().items():
            if asked.only not in name:
                continue
            place = Path(folder) / "copy"
            place.mkdir()
            try:
                with fresh_site(template, place) as client:
                    fuzz(client, operation, examples=asked.examples, number=asked.number)
            except FailureGroup as failures:
                failed += 1
                print(f"FAILED {name}\n{failures.message}", flush=True)
            shutil.rmtree(place)
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
