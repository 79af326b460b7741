"""Language analysis: spoken symbols, lemmas, sentence embeddings."""
