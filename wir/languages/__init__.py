"""Twelve languages, honestly: registry, marked text, translation units, and what is available where."""
