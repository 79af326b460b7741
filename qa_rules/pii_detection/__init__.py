"""Detection, masking and muting of spoken personal data."""
