"""The edges: each published contract's models, words and errors, translated here and only here."""
