"""The server of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from flows.desk.app import create_app

if TYPE_CHECKING:
    from flows.desk.desk import Desk


def serve(desk: Desk) -> None:
    """Serve the desk until it is interrupted."""
    settings = desk.settings
    try:
        uvicorn.run(
            create_app(desk),
            host=settings.host,
            port=settings.port,
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips=settings.proxy_addresses,
            server_header=False,
            access_log=False,  # paths name calls
            log_level="warning",
        )
    finally:
        desk.close()
