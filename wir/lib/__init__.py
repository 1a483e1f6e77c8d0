"""Pure helpers, one subject a file: no model, no app, no settings."""
