"""Whether a cluster that runs keeps its promises, seen from outside its nodes; what `helm test` runs."""
