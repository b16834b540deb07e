"""Fuzzing: the document against a server, and the fuzzing itself against servers with planted defects."""
