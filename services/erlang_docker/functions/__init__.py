"""What can be called: the table of functions, how they are exported, and those a node has."""
