"""What analysts use: queries, search, export, the data dictionary, the notebook."""
