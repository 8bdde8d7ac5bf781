# ruff: noqa: ANN401 -- the stand-ins take whatever they are given
"""Lets the engine run without TensorFlow, which Rasa imports even where no component uses it.

TensorFlow is half of the engine's start and half of its memory. Our components and policies never call it, but Rasa's
modules name its classes when they are imported. While those imports run, every module of it (and of the libraries of
four chat services that Rasa knows and we do not use) is an empty stand-in; afterwards they count as not installed.
Whoever uses a stand-in is told so.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from bot.shared.errors import InvalidInput

_ABSENT = frozenset({"tensorflow", "keras", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"}) | frozenset(
    {"aiogram", "slack_sdk", "twilio", "webexteamssdk"}
)
# Rasa's modules that name TensorFlow's classes, by way of everything they import.
_NAMING = ("rasa.core.run", "rasa.engine.recipes.default_components")


class TensorFlowMissing(InvalidInput):
    """Something wants TensorFlow in an engine that was started without it."""


class _StandInType(type):
    """The class of stand-ins: any attribute of one is another, so that class bodies and annotations can be read."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandInType(name, (_StandIn,), {"__module__": cls.__module__})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # Decorators such as ``tf.function`` are called with the function they decorate while a module is imported.
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        if cls.__module__.partition(".")[0] in _ABSENT:
            return _decorator_or_refusal(cls.__qualname__)
        # A class of Rasa's own that is derived from one of TensorFlow's.
        return _refuse(cls.__qualname__)


class _StandIn(metaclass=_StandInType):
    """What a class of TensorFlow looks like here."""


def _refuse(name: str) -> NoReturn:
    raise TensorFlowMissing(f"{name} is left out of this engine; start it without --lean, or take the component that uses it out")


def _decorator_or_refusal(name: str) -> Any:
    def decorate(*args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and not kwargs and callable(args[0]) else _refuse(name)

    return decorate


class _StandInModule(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 -- the import system wants a plain list here; being a package is all it says

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandInType(name, (_StandIn,), {"__module__": self.__name__})


class _StandInFinder(MetaPathFinder, Loader):
    """Finds a stand-in for every module of the absent packages."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return a spec for a stand-in, or None for any other module."""
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in _ABSENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return an empty stand-in."""
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: a stand-in has no content."""


class _AbsenceFinder(MetaPathFinder):
    """Makes the absent packages look as if they were not installed."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return None for any other module.

        Raises:
            ModuleNotFoundError: For a module of the absent packages.
        """
        if fullname.partition(".")[0] in _ABSENT:
            raise ModuleNotFoundError(f"{fullname} is left out of this engine (--lean)", name=fullname)
        return None


@contextmanager
def _first(finder: MetaPathFinder) -> Iterator[None]:
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def import_rasa_without_tensorflow() -> None:
    """Import what of Rasa names TensorFlow, with stand-ins in its place; from then on it counts as not installed.

    Raises:
        TensorFlowMissing: TensorFlow is imported already.
    """
    if "rasa.core.run" in sys.modules or "tensorflow" in sys.modules:
        raise TensorFlowMissing("Rasa or TensorFlow is imported already; --lean must come first")
    with _first(_StandInFinder()):
        for name in _NAMING:
            importlib.import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] in _ABSENT]:
        del sys.modules[name]
    sys.meta_path.insert(0, _AbsenceFinder())
