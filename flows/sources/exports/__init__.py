"""Metadata of calls as telephone systems export them."""
