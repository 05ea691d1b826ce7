"""The live view of the cluster: what one node sees of all nodes of both kinds, while somebody looks."""
