"""The functions of `string`, by subject. `text` and `chardata_cursor` are how they read strings."""
