"""The subcommands of ``clearline``, a module a subject. ``bot.cli`` imports only the one that is called."""
