"""One request and its answer: tokens, addresses, connections, limits, secrecy. Imports nothing else of this package."""
