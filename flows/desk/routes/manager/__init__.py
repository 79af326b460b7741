"""Pages of managers: reports, alerts, and what the nights did."""
