"""Delivery of flag lists to another system: signed JSON by POST, with retries."""

from __future__ import annotations

import hashlib
import hmac
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from flows.errors import FlowsError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flows.deliver.parcel import Parcel
    from flows.settings.delivery import WebhookSettings

_TIMEOUT_S = 20
_PAUSES_S = (1, 4, 16)
_TOO_MANY = 429
_SERVER_ERROR = 500


class WebhookChannel:
    """POSTs each list to one address.

    The header `Callqa-Signature` is `t=<seconds>,v1=<hex>`, where hex is the HMAC-SHA256 of
    `<seconds>.<body>` under the shared secret: receivers check it, and that it is recent.
    `Idempotency-Key` is the same for every delivery of the same list.
    """

    name = "webhook"

    def __init__(
        self, settings: WebhookSettings, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """Use the URL and secret of these settings."""
        self._url = settings.url
        self._secret = settings.secret.get_secret_value().encode()
        self._sleep = sleep
        self._client: httpx.Client | None = None

    def target(self, _parcel: Parcel) -> str | None:
        """The URL."""
        return self._url

    @contextmanager
    def open(self) -> Iterator[None]:
        """Open one client; redirects are not followed, since they may lead to another host."""
        with httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as self._client:
            yield
        self._client = None

    def send(self, parcel: Parcel) -> None:
        """POST one list.

        Raises:
            FlowsError: The receiver rejects it, or does not answer after several attempts.
        """
        assert self._client is not None, "channels are opened first"
        assert self._url is not None, "a channel has an address"
        body = parcel.json.read_bytes()
        for pause_s in (*_PAUSES_S, None):
            headers = {
                "Idempotency-Key": parcel.sha256,
                "Callqa-Run": parcel.run_id,
                "Callqa-Signature": signature(body, self._secret, int(time.time())),
            }
            try:
                post(self._client, self._url, body, headers)
            except TemporaryError:
                if pause_s is None:
                    raise
                self._sleep(pause_s)
            else:
                return


def post(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """POST JSON once.

    Raises:
        TemporaryError: The receiver does not answer, or is busy.
        FlowsError: The receiver rejects it.
    """
    typed = {"Content-Type": "application/json", **headers}
    try:
        answer = client.post(url, content=body, headers=typed)
    except httpx.TransportError as error:
        raise TemporaryError(f"webhook {url}: {type(error).__name__}") from None
    if answer.status_code == _TOO_MANY or answer.status_code >= _SERVER_ERROR:
        raise TemporaryError(f"webhook {url}: answered {answer.status_code}")
    if not answer.is_success:
        raise FlowsError(f"webhook {url}: answered {answer.status_code}")


def signature(body: bytes, secret: bytes, at_s: int) -> str:
    """The signature of a body, with the time of sending."""
    digest = hmac.new(secret, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"
