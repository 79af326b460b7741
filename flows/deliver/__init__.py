"""Delivery of flag lists to people and other systems."""
