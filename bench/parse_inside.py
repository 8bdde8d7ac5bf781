# ruff: noqa: SLF001 -- Rasa has no public way to parse without its warnings
"""Understands the held-out messages inside this process, as the engine does, and prints the milliseconds of each as JSON."""

from __future__ import annotations

import json
import sys
import time

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.runner.dask import DaskGraphRunner

from bench.understanding import messages
from bot.engine import graph_run


def main() -> None:
    """Load the model that the first argument names, and measure."""
    DaskGraphRunner.run = graph_run.run
    processor = Agent.load(sys.argv[1]).processor
    texts = [UserMessage(text, metadata={"language": "en", "is_payload": False}) for text in messages()]
    for text in texts[:10]:
        processor._parse_message_with_graph(text, None)
    times = []
    for text in texts:
        began = time.perf_counter()
        processor._parse_message_with_graph(text, None)
        times.append((time.perf_counter() - began) * 1000)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
