"""A shop: nodes of kind b make offers, nodes of kind a find the best of them."""
