"""Thumbnails: nodes of kind a take pictures over HTTP, nodes of kind b make them small in processes of their own."""
