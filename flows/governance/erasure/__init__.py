"""Erasure of customers, agents and calls, the suppression list, and subject access."""
