"""Alerts: figures that a centre watches, and whom to tell when one passes its limit."""
