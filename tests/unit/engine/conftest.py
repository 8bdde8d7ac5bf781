"""Imports Rasa once for these tests, without TensorFlow where nothing has imported it yet: that saves seconds."""

import importlib
import sys
import warnings

with warnings.catch_warnings():
    # Rasa 3.6 and what it needs warn by the dozen when imported by a current Python; that is not ours to mend.
    warnings.simplefilter("ignore")
    if "rasa.core.agent" not in sys.modules and "tensorflow" not in sys.modules:
        importlib.import_module("bot.engine.lean").import_rasa_without_tensorflow()
    importlib.import_module("rasa.core.agent")
    importlib.import_module("bot.engine.channel")
