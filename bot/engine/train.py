"""Trains the model as ``rasa train`` does, without importing TensorFlow, which none of our components uses."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from pathlib import Path

import click

from bot.engine.lean import import_rasa_without_tensorflow
from bot.engine.server import ENVIRONMENT


@click.command()
@click.option("--name", required=True, help="Name of the model's file, without its ending.")
@click.option("--out", default="models", show_default=True, type=click.Path(file_okay=False), help="Folder for the model.")
@click.option("--data", default="data", show_default=True, type=click.Path(exists=True), help="Training data.")
def main(name: str, out: str, data: str) -> None:
    """Train config.yml and domain.yml on the training data."""
    for variable, value in ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    sys.warnoptions.append("ignore")
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(Path.cwd()))
    import_rasa_without_tensorflow()
    importlib.import_module("bot.engine.fingerprints").install()
    training = importlib.import_module("rasa.model_training")
    result = training.train(domain="domain.yml", config="config.yml", training_files=[data], output=out, fixed_model_name=name)
    if result.code != 0 or result.model is None:
        raise SystemExit(result.code or 1)


if __name__ == "__main__":
    main()
