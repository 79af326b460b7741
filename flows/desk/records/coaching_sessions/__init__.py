"""Coaching sessions: their tables, and what people do in them."""
