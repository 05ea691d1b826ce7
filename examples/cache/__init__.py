"""A cache: each key belongs to one node of kind b, which nodes of kind a find by its name."""
