"""Commands about rule files, types of personal data and languages."""
