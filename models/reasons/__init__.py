"""Why something is as it is: declared codes with values, and their English."""
