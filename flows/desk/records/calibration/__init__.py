"""Calibration: sessions with their ratings, and what people do in them."""
