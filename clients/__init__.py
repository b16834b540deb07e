"""Proves that the document gives working clients in other languages: generates, compiles and judges one of each.

Every folder here holds one language's hand-written program, which works through the shared conformance cases
(openapi/conformance/) with the generated client and prints what it saw. Nothing in these programs judges: that is done
here, once for all of them.
"""
