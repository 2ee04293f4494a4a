"""What transformers, lines and loads lose and need: formulas of the trade, each result with its derivation."""
