"""The command language of every server."""
