"""A whole cluster on one machine: three nodes of each kind as processes on loopback."""
