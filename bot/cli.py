"""The command line: ``clearline COMMAND``. Errors are one clear line and exit code 1."""

from __future__ import annotations

import errno
import importlib
import sys

import click

from bot.shared.errors import BotError

# Name -> module and attribute of the command, and its line in the help; imported only when called, so that help is quick.
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": ("bot.commands.up", "up", "Start everything on this machine and print 'ready'."),
    "serve": ("bot.commands.serve", "serve", "Start the front door only."),
    "setup": ("bot.commands.setup", "setup", "Make the secrets, the database and its tables."),
    "train": ("bot.commands.train", "train", "Train the assistant's model."),
    "ask": ("bot.commands.talk", "ask", "Ask one question and print the answer."),
    "chat": ("bot.commands.talk", "chat", "Talk to the assistant in the terminal."),
    "token": ("bot.commands.talk", "token", "Print a visitor's sign-in token."),
    "tickets": ("bot.commands.tickets", "tickets", "List tickets."),
    "customers": ("bot.commands.customers", "customers", "List customers."),
    "import": ("bot.commands.imports", "import_group", "Read customers, subscriptions, invoices or payments from files."),
    "overdue": ("bot.commands.overdue", "overdue", "Plan, carry out and show the steps of the collections policy."),
    "staff": ("bot.commands.staff", "staff", "Add, list, change and disable members of staff."),
    "audit": ("bot.commands.audit", "audit", "Check the audit trail."),
    "check": ("bot.commands.check", "check", "Check the partner's files and the sentences of the assistant."),
    "evaluate": ("bot.commands.evaluate", "evaluate", "Measure understanding on held-out messages."),
    "partner-center": ("bot.commands.partner_center", "partner_center", "Consent to Microsoft Partner Center, and try it."),
    "sync": ("bot.commands.sync", "sync", "Read customers, subscriptions and bills from Microsoft."),
    "worker": ("bot.commands.worker", "worker", "Run what is done without anybody asking."),
    "sandbox": ("bot.commands.sandbox", "sandbox", "Start a double of Partner Center for demos and tests."),
    "settings": ("bot.commands.settings", "settings", "List all settings."),
    "demo": ("bot.commands.demo", "demo", "Load demo data and tell what is in it."),
}


class _Commands(click.Group):
    """Imports a subcommand when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


class _Services:
    """Hands out the services, opened when a command first asks for one."""

    def __init__(self) -> None:
        self._opened: object | None = None

    def __getattr__(self, name: str) -> object:
        if self._opened is None:
            self._opened = importlib.import_module("bot.wiring").open_services()
        return getattr(self._opened, name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clearline")
@click.pass_context
def cli(context: click.Context) -> None:
    """Clearline: the billing-support assistant of a Microsoft CSP partner."""
    context.obj = _Services()


def main() -> None:
    """Run the command line; known failures end with one line on standard error and exit code 1."""
    try:
        cli(standalone_mode=True)
    except BotError as error:
        click.echo(f"clearline: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            click.echo(f"clearline: the disk is full ({error.filename or 'no file named'}); free some space and run it again", err=True)
            sys.exit(1)
        raise


if __name__ == "__main__":
    main()
