"""The command line `edu`. A command is imported only when it is called."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

# command: the module beside this one, and the click command in it
COMMANDS = {
    "demo": "edu.cli.demonstration:demo",
    "estimate": "edu.cli.estimating:estimate",
    "import": "edu.cli.importing:import_file",
    "migrate": "edu.cli.migrate:migrate",
    "pisa": "edu.cli.pisa:pisa",
    "run": "edu.cli.run:run",
    "user": "edu.cli.user:user",
    "score": "edu.cli.scoring:score",
}


class Commands(click.Group):
    """A group that looks its commands up in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def edu() -> None:
    """Run and measure the project “AI-based interactive education”."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point `edu`: with --json, a command that was misspelled answers in JSON too."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        sys.exit(edu.main(list(arguments), prog_name="edu", standalone_mode=False))
    except click.ClickException as error:
        if "--json" not in arguments:
            error.show()
            sys.exit(error.exit_code)
        from edu.cli.output import write_error

        write_error("usage", error.format_message())
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
