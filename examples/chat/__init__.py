"""A chat: browsers have WebSockets to nodes of kind a, each room is on one node of kind b."""
