"""What an edit of the document means to everybody who generated a client from it: harmless, additive or breaking."""
