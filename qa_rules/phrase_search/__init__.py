"""Approximate search for phrases in recognised words."""
