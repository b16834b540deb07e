"""Proves that the document gives working clients in other languages: generates, compiles and judges one of each.

Every folder here holds one language's hand-written program, which makes the calls of the shared conformance cases with
the generated client and prints what it saw. Nothing in these programs judges: that is done here, once for all of them.
"""
