"""Commands about one call or recording."""
