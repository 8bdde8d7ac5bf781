"""Hides Clearline's plugin of the same name from this bot's action server, which runs as Rasa ships it."""


def init_hooks(manager):
    """Add nothing."""
