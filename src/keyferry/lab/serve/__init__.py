"""Sockets and TLS around the pure halves of the lab. The only part of it that listens, connects or reads the clock."""
