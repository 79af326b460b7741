"""What a call is, and what listens to it."""

import os

# onnxruntime sends usage data to its makers, and the hub's client to the hub, unless told before
# they are imported not to. Nothing leaves this machine; every user of them imports us first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
