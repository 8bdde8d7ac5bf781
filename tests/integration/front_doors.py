"""Starts front doors quickly: what they import and read is there once, then each line on standard input makes a fresh process of it.

Prints the number of each process, and ``ended`` when it has ended.
"""

from __future__ import annotations

import os
import sys

from bot.commands.serve import serve
from bot.wiring import wire


def main() -> None:
    """Start a front door for each line."""
    # Importing takes seconds and reading the partner's files another; the caches of these stay in every fork, the store does not.
    wired = wire()
    wired.services.articles.warm()
    wired.store.close()
    for _ in sys.stdin:
        number = os.fork()
        if number == 0:
            try:
                assert serve.callback is not None
                serve.callback()
            finally:
                os._exit(1)
        print(number, flush=True)  # noqa: T201 -- the answer to the line
        os.waitpid(number, 0)
        print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
