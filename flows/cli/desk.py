"""`callqa desk`: the web application in which people act on what the nights found."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import Annotated

import typer

from flows.cli.options import Home
from flows.desk.access.accounts import add_account
from flows.desk.access.passwords import new_password
from flows.desk.desk import Desk, open_database
from flows.desk.person import Role
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings

app = typer.Typer(
    help="The desk: supervisors, agents and analysts act on what the nights found.\n\n"
    "- `callqa desk add-account anna --subject sv-1 --name 'Anna Rey' --role supervisor`\n\n"
    "- `callqa desk serve`",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command()
def serve(home: Home = None) -> None:
    """Serve the desk on this machine until it is interrupted.

    It listens on 127.0.0.1:8400; CALLQA_DESK_HOST, CALLQA_DESK_PORT and CALLQA_DESK_ROOT_PATH
    change that. Other machines reach it through a proxy with TLS.
    """
    from flows.desk.server import serve as serve_desk  # noqa: PLC0415  keeps --help fast

    settings = DeskSettings.read()
    typer.echo(f"The desk is at http://{settings.host}:{settings.port}{settings.root_path}/")
    serve_desk(Desk(Settings.with_overrides(home=home), settings))


@app.command("add-account")
def add(  # noqa: PLR0913  what an account has
    login: Annotated[str, typer.Argument(help="What they type to log in.")],
    subject: Annotated[
        str, typer.Option(help="Their id in the warehouse, as supervisor, agent or reviewer.")
    ],
    name: Annotated[str, typer.Option(help="Their name.")],
    role: Annotated[Role, typer.Option(help="What they do.")],
    language: Annotated[
        str | None, typer.Option(help="Language of their pages. [default: CALLQA_LANGUAGE]")
    ] = None,
    home: Home = None,
    *,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="They may see restricted calls.")
    ] = False,
) -> None:
    """Add an account, and print the password for its first log-in once."""
    settings, password = Settings.with_overrides(home=home), new_password()
    add_account(
        open_database(settings.home, DeskSettings.read()),
        login=login,
        subject=subject,
        name=name,
        role=role,
        language=language or settings.language,
        password=password,
        restricted=restricted,
    )
    typer.echo(f"{login}: {password}")
