"""Acceptance checks of a running cluster, from outside its nodes; `helm test` runs them."""
