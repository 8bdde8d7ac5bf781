"""Keeps texts, amounts and tokens out of logged tracebacks."""

from __future__ import annotations

import structlog


def hide_locals() -> None:
    """Log tracebacks without local variables, which structlog adds (and rasa/utils/log_utils.py:119 keeps).

    The list of processors is changed in place, since loggers made before hold on to it.
    """
    processors = structlog.get_config()["processors"]
    for index, processor in enumerate(processors):
        if isinstance(processor, structlog.processors.ExceptionRenderer):
            bare = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            processors[index] = structlog.processors.ExceptionRenderer(bare)
        elif isinstance(processor, structlog.dev.ConsoleRenderer):
            processor.exception_formatter = structlog.dev.plain_traceback
