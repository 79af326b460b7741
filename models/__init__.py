"""Calls and transcripts, and the speech and language processing that produces them."""

import os

# onnxruntime and the client of the model hub send usage data unless this is set before they are
# imported. Nothing may leave this machine; every module that uses them imports this package first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
