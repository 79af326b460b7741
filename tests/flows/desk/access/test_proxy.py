"""The real server, behind a proxy that offers it at a path, and without one."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from sqlalchemy import select

from flows.desk.access.accounts import add_account
from flows.desk.desk import Desk
from flows.desk.person import Role
from flows.desk.records.accounts import FailedLogin
from flows.desk.server import configuration
from tests.flows.desk.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

FORWARDED = {
    "Host": "desk.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "198.51.100.6, 203.0.113.9",  # the first is what the browser claimed
}
FORM = {"login": "eva", "password": PASSWORD}


@contextmanager
def served(desk: Desk, **settings: object) -> Iterator[httpx.Client]:
    """Serve a desk with some settings; a client of it, which follows nothing."""
    desk = Desk(desk.centre, desk.settings.model_copy(update=settings))
    add_account(
        desk.database, login="eva", subject="s1", name="Eva", role=Role.SUPERVISOR, language="en",
        password=PASSWORD,
    )  # fmt: skip
    server = uvicorn.Server(configuration(desk))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            until = time.monotonic() + 20
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, headers=FORWARDED) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
            desk.close()


def counted(desk: Desk, address: str) -> bool:
    """Whether a failed attempt was counted for an address."""
    who = hashlib.sha256(f"address:{address}".encode()).digest()
    with desk.database.reading() as session:
        return who in session.scalars(select(FailedLogin.who)).all()


@pytest.mark.parametrize("passed_on", ["/qa", ""], ids=["path kept", "path taken off"])
def test_a_proxy_offers_it_at_a_path(desk: Desk, passed_on: str) -> None:
    """Whether or not it takes the path off, every address on a page is below it."""
    with served(desk, behind_proxy=True, root_path="/qa") as client:
        first = client.get(f"{passed_on}/flags?rule=a")
        assert first.headers["location"] == "/qa/login?then=/flags%3Frule%3Da"
        page = client.get(f"{passed_on}/login").text
        assert 'action="/qa/login"' in page
        assert 'href="/qa/static/style.css?' in page
        assert client.get(f"{passed_on}/static/style.css").status_code == 200
        origin = {"Origin": "https://desk.example", "Sec-Fetch-Site": "same-origin"}
        answer = client.post(f"{passed_on}/login", data=FORM | {"then": "/account"}, headers=origin)
        assert (answer.status_code, answer.headers["location"]) == (303, "/qa/account")
        cookie = answer.headers["set-cookie"]
        assert "Secure" in cookie
        assert "Path=/qa" in cookie
        session = {"Cookie": cookie.split(";")[0]}
        assert client.get(f"{passed_on}/account", headers=session).status_code == 200


def test_an_address_is_what_the_proxy_saw(desk: Desk) -> None:
    """Not what the browser claimed before."""
    with served(desk, behind_proxy=True) as client:
        assert client.post("/login", data=FORM | {"password": "wrong"}).status_code == 422
    assert counted(desk, "203.0.113.9")
    assert not counted(desk, "198.51.100.6")


def test_another_machine_is_no_proxy(desk: Desk) -> None:
    """What it forwards is not believed."""
    with served(desk, behind_proxy=True, proxy_addresses="192.0.2.1") as client:
        assert client.post("/login", data=FORM | {"password": "wrong"}).status_code == 422
    assert counted(desk, "127.0.0.1")


def test_without_a_proxy_nothing_forwarded_is_believed(desk: Desk) -> None:
    """Neither addresses, which would escape the limit, nor TLS."""
    with served(desk) as client:
        assert client.post("/login", data=FORM | {"password": "wrong"}).status_code == 422
        assert "Secure" not in client.post("/login", data=FORM).headers["set-cookie"]
    assert counted(desk, "127.0.0.1")
    assert not counted(desk, "203.0.113.9")
