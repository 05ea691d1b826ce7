"""One node of a pair of kinds: it picks a ready node of the other kind, then calls a function on exactly that node."""
