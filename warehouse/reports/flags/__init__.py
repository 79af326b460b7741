"""A night's flag lists: pages, CSV, JSON, card data."""
