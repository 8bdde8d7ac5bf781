"""Found by Rasa's SDK by this name: puts our guard on ``rasa run actions`` too."""

import os

import pluggy
from sanic import Sanic

from bot.engine.action_server import TOKEN_VARIABLE, guard

hookimpl = pluggy.HookimplMarker("rasa_sdk")


class _Guard:
    @hookimpl
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Let only callers that know the token reach the actions."""
        guard(app, token=os.environ.get(TOKEN_VARIABLE, ""))


def init_hooks(manager: pluggy.PluginManager) -> None:
    """Register the guard with the SDK."""
    manager.register(_Guard())
