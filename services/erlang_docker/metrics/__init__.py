"""What a node counts, and how long things take in it."""
