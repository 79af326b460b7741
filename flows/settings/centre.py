"""Settings of a centre. Only `flows.settings` reads the environment.

The exception is the folder of a centre's own language packs, which `models.language.pack` reads.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    DirectoryPath,
    Field,
    FilePath,
    NonNegativeFloat,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.settings.countries import country_of_zone
from flows.settings.environment import read_from_environment
from flows.settings.places import HOMES, SOURCES, local_folder
from models.catalog import DEFAULT_SPEECH_MODEL
from models.language.pack import OWN_PACKS_VARIABLE
from models.limits import Limits
from qa_rules.pii_detection.redaction.second_hearing import Extent
from qa_rules.pii_detection.types.validators import is_country
from warehouse.audio_folder import AudioFolder
from warehouse.ducklake.catalogue import Target
from warehouse.errors import EncryptionError
from warehouse.lake.encryption import KEY_FILE_VARIABLE, KEY_VARIABLE, keys
from warehouse.reports.management.targets import DEFAULT_TARGETS
from warehouse.reports.site.catalogue import page_languages
from warehouse.reports.site.layout import Site

CHECKOUT = Path(__file__).resolve().parents[2]

_CALLS_PER_CORE = 8
"""At the end of a batch processes wait for the longest call: 64 cores with one call each were busy
42 % of the time, with eight 98 %."""


def best_worker_count(device: str) -> int:
    """One single-threaded process per core, or one process on a GPU."""
    return 1 if device == "cuda" else len(os.sched_getaffinity(0))


class Settings(Limits, BaseSettings):
    """Every setting has a default, an environment variable `CALLQA_<NAME>`, and a `.env` line."""

    model_config = SettingsConfigDict(env_prefix="CALLQA_", env_file=".env", extra="ignore")

    home: Path = Field(Path("callqa-data"), description="Folder or URL of all that is stored")
    source: Path = Field(Path("recordings"), description="Folder or URL that the nightly run reads")
    rules: Path = Field(CHECKOUT / "qa_rules", description="Folder of the rule files")
    languages: DirectoryPath | None = Field(None, description="Folder of your own language packs")
    time_zone: str = Field("Europe/Rome", description="Time zone that decides the day of a call")
    country: str | None = Field(
        None,
        description="Country of numbers without its code; that of the time zone if unset",
    )
    model: str = Field(DEFAULT_SPEECH_MODEL, description="Speech model, as in models/catalog.yaml")
    model_path: Path | None = Field(None, description="Weights folder to use for that model")
    model_folder: Path | None = Field(
        None, description="Folder with one folder of weights per model, named like the model"
    )
    hotwords: tuple[str, ...] = Field(
        (), description='Names in calls beside those of centre.yaml, as JSON: ["FibraMax"]'
    )
    device: Literal["cpu", "cuda"] = Field("cpu", description="Device for recognition")
    workers: int = Field(
        default_factory=lambda known: best_worker_count(known.get("device", "cpu")),
        ge=1,
        description="Recognition processes; one per core is fastest, or one for a GPU",
    )
    prove: Extent = Field(Extent.EXPECTED, description="Part of copies to transcribe again")
    batch_size: int = Field(
        default_factory=lambda known: max(64, _CALLS_PER_CORE * known.get("workers", 1)),
        ge=1,
        description="Calls per Prefect task; at least 64, and 8 per recognition process",
    )
    dask: str | None = Field(
        None,
        pattern=r"^(tcp|tls)://",
        description="Dask scheduler whose workers evaluate, as tcp://host:8786; none without it",
    )
    language: str = Field("en", description="Language of the pages")
    reader_languages: dict[str, str] = Field(
        default_factory=dict, description='Language per supervisor, as JSON: {"sv-2": "it"}'
    )
    pages_url: str | None = Field(None, description="URL of the home, for the links in mails")
    targets: FilePath = Field(DEFAULT_TARGETS, description="Targets of the management report")
    roster: FilePath | None = Field(None, description="Table of agents by day; none without it")
    vips: FilePath | None = Field(
        None, description="Table of customers whose calls are restricted; none without it"
    )
    audiences: FilePath | None = Field(None, description="File of audiences; none without it")
    suppression_copy: Path | None = Field(None, description="Second suppression list, elsewhere")
    alerts: Path | None = Field(None, description="File of alerts; none without it")
    retention: Path | None = Field(
        None, description="Retention policy; everything is kept without it"
    )
    retry_delays_s: tuple[NonNegativeFloat, ...] = Field(
        (5, 30, 120), description="Pauses before publishing and delivery are tried again, as JSON"
    )
    keep_snapshots: int = Field(5, ge=1, description="Published warehouse snapshots to keep")
    key: SecretStr | None = Field(
        None, description="Key of lake and snapshots, in base64; not encrypted without a key"
    )
    key_file: Path | None = Field(None, description="File of that key, which only its owner reads")
    ducklake: SecretStr | None = Field(
        None, description="PostgreSQL database of a DuckLake; none is published without it"
    )
    ducklake_data: str | None = Field(
        None, description="Folder or s3:// URL of the data files of the DuckLake"
    )

    @field_validator("languages")
    @classmethod
    def _known_to_every_process(cls, value: Path | None) -> Path | None:
        # `models` reads the packs, in worker processes as well, which inherit the variable.
        if value:
            os.environ[OWN_PACKS_VARIABLE] = str(value.resolve())
        return value

    @field_validator("key")
    @classmethod
    def _in_the_environment(cls, value: SecretStr | None) -> SecretStr | None:
        if value and os.environ.get(KEY_VARIABLE) != value.get_secret_value():
            raise ValueError("expected in the environment, not in .env, which lies beside the data")
        return value

    @field_validator("key_file")
    @classmethod
    def _key_known_to_every_process(cls, value: Path | None) -> Path | None:
        if value:
            os.environ[KEY_FILE_VARIABLE] = str(value.resolve())
        return value

    @model_validator(mode="after")
    def _key_can_be_used(self) -> Self:
        try:
            keys()
        except EncryptionError as error:
            raise ValueError(str(error)) from None
        return self

    @field_validator("home", mode="before")
    @classmethod
    def _working_copy_of_home(cls, value: str | Path) -> Path:
        return local_folder(value, HOMES)

    @field_validator("source", mode="before")
    @classmethod
    def _working_copy_of_source(cls, value: str | Path) -> Path:
        return local_folder(value, SOURCES)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not a time zone; expected one such as Europe/Rome")
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and not is_country(value):
            raise ValueError("not a country; expected its ISO 3166 code in capitals such as IT")
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in page_languages():
            raise ValueError(f"not a language of the pages; expected {', '.join(page_languages())}")
        return value

    @field_validator("reader_languages")
    @classmethod
    def _known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        return {supervisor: cls._known_language(code) for supervisor, code in value.items()}

    @field_validator("ducklake_data")
    @classmethod
    def _known_store(cls, value: str | None) -> str | None:
        if value and "://" in value and not value.startswith("s3://"):
            raise ValueError("not a store of DuckLake files; expected a folder, or s3://…")
        return value

    @model_validator(mode="after")
    def _lake_has_data(self) -> Self:
        if bool(self.ducklake) != bool(self.ducklake_data):
            raise ValueError("CALLQA_DUCKLAKE and CALLQA_DUCKLAKE_DATA: expected both, or neither")
        return self

    @classmethod
    def with_overrides(cls, **given: object) -> Self:
        """The settings of the environment, except those that are given and not None.

        Raises:
            FlowsError: A setting cannot be used; names each such setting.
        """
        return read_from_environment(
            cls, **{name: value for name, value in given.items() if value is not None}
        )

    @property
    def home_country(self) -> str | None:
        """ISO 3166 code of the country whose numbers are written without its code, if known."""
        return self.country or country_of_zone(self.time_zone)

    @property
    def lake(self) -> Path:
        """Folder of the Parquet lake."""
        return self.home / "lake"

    @property
    def audio(self) -> AudioFolder:
        """Folder of the redacted copies of the recordings."""
        return AudioFolder(self.home / "audio", self.time_zone)

    @property
    def warehouse(self) -> Path:
        """Folder of the published DuckDB snapshots; `current.duckdb` is the newest."""
        return self.home / "warehouse"

    @property
    def ducklake_target(self) -> Target | None:
        """The DuckLake that is published beside the snapshots; None without one."""
        if not self.ducklake or not self.ducklake_data:
            return None
        data = self.ducklake_data
        where = data if data.startswith("s3://") else str(Path(data).resolve())
        return Target(dsn=self.ducklake.get_secret_value(), data=where)

    @property
    def deliveries(self) -> Path:
        """File that records which lists were delivered."""
        return self.home / "delivered" / "ledger.jsonl"

    @property
    def site(self) -> Site:
        """Locations of the pages."""
        return Site(self.home)
