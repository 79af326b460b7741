"""The server of the desk."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from flows.desk.app import create_app

if TYPE_CHECKING:
    from flows.desk.desk import Desk


def serve(desk: Desk) -> None:
    """Serve the desk until it is interrupted."""
    try:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(configuration(desk)).run()
    finally:
        desk.close()


def configuration(desk: Desk) -> uvicorn.Config:
    """How the desk is served; what is forwarded is believed of the proxy alone, if there is one."""
    settings = desk.settings
    return uvicorn.Config(
        create_app(desk),
        host=settings.host,
        port=settings.port,
        proxy_headers=settings.behind_proxy,
        forwarded_allow_ips=settings.proxy_addresses,
        server_header=False,
        access_log=False,  # paths name calls
        log_level="warning",
    )
