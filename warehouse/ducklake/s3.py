"""Access of DuckDB to an S3 store, with the credentials that other S3 clients find."""

from __future__ import annotations

from typing import Any

from warehouse.ducklake.text import literal
from warehouse.errors import DuckLakeError

_AMAZON = ".amazonaws.com"


def s3_secret() -> str:
    """The statement by which DuckDB reaches the store, from environment, profile or machine role.

    Raises:
        DuckLakeError: There are no credentials.
    """
    from botocore.session import get_session  # noqa: PLC0415  # of the extra `scale`

    session: Any = get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise DuckLakeError(
            "there are no credentials for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
            " a profile of ~/.aws"
        )
    found = credentials.get_frozen_credentials()
    parts = {"key_id": found.access_key, "secret": found.secret_key, "session_token": found.token}
    parts["region"] = session.get_config_variable("region")
    given = [f"{name} {literal(value)}" for name, value in parts.items() if value]
    return f"create secret (type s3, {', '.join([*given, *endpoint_options()])})"


def endpoint_options() -> list[str]:
    """Options of a store other than Amazon's, of which AWS_ENDPOINT_URL or the profile tells."""
    from botocore.session import get_session  # noqa: PLC0415  # of the extra `scale`

    session: Any = get_session()
    region = session.get_config_variable("region") or "us-east-1"
    scheme, _, host = session.create_client("s3", region).meta.endpoint_url.partition("://")
    if host.endswith(_AMAZON):
        return []
    options = [f"endpoint {literal(host)}", "url_style 'path'"]
    return options if scheme == "https" else [*options, "use_ssl false"]
