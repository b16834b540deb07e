"""Measures what the SDK costs, beside the clients that one would use without it; each in an environment of its own."""
