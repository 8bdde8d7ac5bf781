"""Starts the engine: ``rasa run --enable-api`` with our settings, on loopback, its token not on the command line.

It does what ``rasa run`` does (rasa/__main__.py:88, rasa/cli/run.py:76) without importing Rasa's other commands.
"""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from pathlib import Path

import click

from bot.engine.lean import import_rasa_without_tensorflow
from bot.shared.errors import BotError

# Set before anything of Rasa is imported; a value given from outside stays.
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    # One turn is one thread's work; more threads only take turns from the other processes.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "SANIC_ACCESS_LOG": "false",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    # Rasa asks git for its revision otherwise, which fails loudly outside a checkout.
    "GIT_PYTHON_REFRESH": "quiet",
    # One JSON object a line, on a terminal too.
    "FORCE_JSON_LOGGING": "true",
}
_LONGEST_TURN_SECONDS = 60


@click.command()
@click.option("--model", "model", default="models", show_default=True, type=click.Path(exists=True), help="Model, or folder: its newest.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5005, show_default=True, type=int, envvar="CLEARLINE_RASA_PORT", show_envvar=True)
@click.option("--endpoints", default="endpoints.yml", show_default=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--credentials", default="credentials.yml", show_default=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--lean/--full", default=False, help="Without TensorFlow: half the start, a third of the memory; sparse models only.")
def main(model: str, host: str, port: int, endpoints: str, credentials: str, *, lean: bool) -> None:
    """Serve the dialogue engine until stopped."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    token = os.environ.get("CLEARLINE_RASA_TOKEN", "")
    if not token:
        raise SystemExit("CLEARLINE_RASA_TOKEN is not set; the engine answers only callers that know it")
    # Not ``warnings.simplefilter``: several libraries undo that when they are imported, unless the option was given.
    sys.warnoptions.append("ignore")
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(Path.cwd()))
    try:
        serve(model=model, host=host, port=port, endpoints=endpoints, credentials=credentials, token=token, lean=lean)
    except BotError as error:
        raise SystemExit(str(error)) from error


def serve(*, model: str, host: str, port: int, endpoints: str, credentials: str, token: str, lean: bool) -> None:
    """Import Rasa, now that the environment is set, and serve ``model`` until stopped.

    Raises:
        BotError: A setting cannot be used.
    """
    if lean:
        import_rasa_without_tensorflow()
    importlib.import_module("rasa.utils.common").configure_logging_and_warnings()
    importlib.import_module("rasa.utils.log_utils").configure_structlog()
    importlib.import_module("rasa.core.run").serve_application(
        model,
        interface=host,
        port=port,
        credentials=credentials,
        endpoints=importlib.import_module("rasa.core.utils").AvailableEndpoints.read_endpoints(endpoints),
        auth_token=token,
        enable_api=True,
        response_timeout=_LONGEST_TURN_SECONDS,
    )


if __name__ == "__main__":
    main()
