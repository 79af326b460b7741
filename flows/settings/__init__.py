"""Every setting of callqa; the only reader of the environment in flows."""
