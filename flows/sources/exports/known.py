"""The exports that are recognised, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.sources.exports.amazon_connect import AmazonConnect
from flows.sources.exports.asterisk import AsteriskCdr
from flows.sources.exports.asterisk_names import FreePbxRecordings
from flows.sources.exports.genesys_cloud import GenesysCloud
from flows.sources.exports.nice_cxone import NiceCxone
from flows.sources.exports.three_cx import ThreeCxRecordings
from flows.sources.exports.twilio import Twilio
from flows.sources.exports.vcon import Vcon

if TYPE_CHECKING:
    from flows.sources.documents import Document
    from flows.sources.exports.export import Export, NamedRecordings

EXPORTS: tuple[Export, ...] = (
    AmazonConnect(),
    AsteriskCdr(),
    GenesysCloud(),
    NiceCxone(),
    Twilio(),
    Vcon(),
)
NAMED_RECORDINGS: tuple[NamedRecordings, ...] = (FreePbxRecordings(), ThreeCxRecordings())


def export_of(document: Document) -> Export | None:
    """The export that a document belongs to; None for our own form and for any other file."""
    return next((export for export in EXPORTS if export.recognises(document)), None)
