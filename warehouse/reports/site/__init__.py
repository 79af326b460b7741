"""Layout, rendering, markup and translation, shared by all pages."""
