"""Faults that are switched on where a node allows it, to try what becomes of its cluster."""
