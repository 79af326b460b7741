"""The types of personal data: their YAML record and checksums."""
