"""Log-in by an identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from flows.settings.environment import require_encryption

if TYPE_CHECKING:
    from joserfc.jwk import KeySetSerialization

    from flows.settings.desk import DeskSettings

_SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Of the provider's own keys: neither none nor with what both sides know."""
_TIMEOUT_S = 10
_LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer of the provider has to belong to; kept by the browser that asked.

    Attributes:
        state: Comes back with the answer.
        nonce: Comes back in the token.
        verifier: Proves to the provider that the answer is for who asked.
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def anew(cls) -> Asked:
        """What nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


class ProviderError(Exception):
    """The provider cannot be asked, or its answer is not to be believed."""


class Provider:
    """The identity provider of the settings; its addresses and keys are asked for each time."""

    def __init__(self, settings: DeskSettings) -> None:
        """Use the settings, which name a provider."""
        assert settings.oidc_issuer
        assert settings.oidc_client_secret
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._claim = settings.oidc_claim

    def address(self, asked: Asked, back: str) -> str:
        """Where a browser goes to log in.

        Args:
            asked: What the answer has to belong to.
            back: Address to which the provider sends it back.

        Raises:
            ProviderError: The provider cannot be asked.
        """
        at = self._metadata()["authorization_endpoint"]
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                at, state=asked.state, nonce=asked.nonce, code_verifier=asked.verifier
            )
        return str(url)

    def login_of(self, asked: Asked, code: str, back: str) -> str:
        """The login of who came back with a code.

        Raises:
            ProviderError: The code or the token is not to be believed, or names nobody.
        """
        metadata = self._metadata()
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=asked.verifier
                )
            keys = KeySet.import_key_set(
                cast("KeySetSerialization", _fetched(metadata["jwks_uri"]))
            )
            signed = jwt.decode(token["id_token"], keys, algorithms=_SIGNED_BY)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": metadata["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={
                    "nonce": asked.nonce,
                    "client_id": self._client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY_S)
        except ProviderError:
            raise
        except Exception as error:  # whatever the libraries say, nobody is let in
            raise ProviderError(type(error).__name__) from error
        login = claims.get(self._claim)
        if not isinstance(login, str) or not login:
            raise ProviderError("missing claim")
        if self._claim == "email" and claims.get("email_verified") is False:
            raise ProviderError("e-mail address that nobody verified")
        return login

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret.get_secret_value(),
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    def _metadata(self) -> dict[str, Any]:
        at = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _fetched(at)
        if found.get("issuer") != self._issuer:
            raise ProviderError("another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            try:
                require_encryption(name, str(found.get(name, "")))
            except ValueError as error:
                raise ProviderError(str(error)) from None
        return found


def _fetched(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderError("no object")
    return found
