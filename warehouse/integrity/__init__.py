"""Damage to what is stored: found by `callqa verify`, mended by `callqa repair`."""
