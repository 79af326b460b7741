"""What every page shares: layout, rendering, markup, translation."""
