"""`callqa desk`: the web application in which people act on what the nights found."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from typing import Annotated

import typer

from flows.cli.options import Home
from flows.desk.access.accounts import (
    add_account,
    all_accounts,
    facts_of,
    set_disabled,
    set_password,
    set_restricted,
)
from flows.desk.access.passwords import new_password
from flows.desk.desk import Desk, open_database
from flows.desk.person import Role
from flows.desk.records.accounts import Account
from flows.desk.records.database import Database
from flows.governance.audit import Act, record
from flows.settings.centre import Settings
from flows.settings.desk import DeskSettings

Login = Annotated[str, typer.Argument(help="What they type to log in.")]

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
    login: Login,
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
    provider: Annotated[
        bool,
        typer.Option("--provider", help="Only the identity provider lets them in: no password."),
    ] = False,
) -> None:
    """Add an account, and print the password for its first log-in once."""
    settings, password = Settings.with_overrides(home=home), None if provider else new_password()
    add_account(
        _database(settings),
        login=login,
        subject=subject,
        name=name,
        role=role,
        language=language or settings.language,
        password=password,
        restricted=restricted,
    )
    record(settings.home, Act.DESK_ACCOUNT, what="added", **facts_of(role, subject))
    typer.echo(f"{login}: {password}" if password else login)


@app.command("list-accounts")
def list_accounts(home: Home = None) -> None:
    """List all accounts with what they may do."""
    for account in all_accounts(_database(Settings.with_overrides(home=home))):
        notes = (
            "sees restricted calls" if account.restricted else "",
            "" if account.password else "by the identity provider alone",
            f"disabled since {account.disabled_at:%Y-%m-%d}" if account.disabled_at else "",
        )
        cells = (account.login, account.role, account.subject, account.name, *filter(None, notes))
        typer.echo("  ".join(cells))


@app.command("set-password")
def give_password(login: Login, home: Home = None) -> None:
    """Give an account a new password and print it once; its sessions end."""
    settings, password = Settings.with_overrides(home=home), new_password()
    _tell(settings, set_password(_database(settings), login, password), "password")
    typer.echo(f"{login}: {password}")


@app.command("disable-account")
def disable(login: Login, home: Home = None) -> None:
    """Let an account no longer log in; its sessions end. What it did stays."""
    settings = Settings.with_overrides(home=home)
    _tell(settings, set_disabled(_database(settings), login, disabled=True), "disabled")


@app.command("enable-account")
def enable(login: Login, home: Home = None) -> None:
    """Let a disabled account log in again."""
    settings = Settings.with_overrides(home=home)
    _tell(settings, set_disabled(_database(settings), login, disabled=False), "enabled")


@app.command("name-restricted")
def name_restricted(
    login: Login,
    home: Home = None,
    *,
    no_longer: Annotated[bool, typer.Option("--no-longer", help="Take it from them.")] = False,
) -> None:
    """Name an account to see restricted calls."""
    settings = Settings.with_overrides(home=home)
    account = set_restricted(_database(settings), login, restricted=not no_longer)
    _tell(settings, account, "not_restricted" if no_longer else "restricted")


@app.command("demo-accounts")
def demo_accounts(home: Home = None) -> None:
    """Add an account per role for a look around, and print their passwords; `make desk` does that.

    Each time, they get other passwords. For a home with invented calls alone.
    """
    from flows.desk.demonstration import add_demo_accounts  # noqa: PLC0415  keeps --help fast

    desk = Desk(Settings.with_overrides(home=home), DeskSettings.read())
    for account in add_demo_accounts(desk):
        typer.echo(f"{account.role:10}  {account.login:15}  {account.password}")
    desk.close()


def _database(settings: Settings) -> Database:
    return open_database(settings.home, DeskSettings.read())


def _tell(settings: Settings, account: Account, what: str) -> None:
    """Tell the audit trail."""
    facts = facts_of(account.role, account.subject)
    record(settings.home, Act.DESK_ACCOUNT, what=what, **facts)
