"""Each reads one form of personal data from the words of a speaker."""
