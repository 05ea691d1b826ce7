"""The functions of `binary`, by subject."""
