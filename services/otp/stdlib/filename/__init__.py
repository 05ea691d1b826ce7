"""The functions of `filename` on Unix, by subject. `names` is how they read names."""
