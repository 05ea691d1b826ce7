"""The functions of `erlang`, by subject. `iodata` helps those on binaries."""
