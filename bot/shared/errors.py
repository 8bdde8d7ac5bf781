"""The error family. Specific errors are defined where they are raised and inherit from one of the four."""


class BotError(Exception):
    """Base of every expected failure; each face maps the four children once."""


class NotFound(BotError):
    """The thing does not exist, or belongs to someone else: the two look the same."""


class NotAllowed(BotError):
    """The person is known but may not do this."""


class Conflict(BotError):
    """The thing is in a state that does not permit this."""


class Unavailable(BotError):
    """Something needed (database, engine, Microsoft) does not answer now."""


class InvalidInput(Conflict):
    """A file, setting or request has content that cannot be used; the message names it and the way out."""
