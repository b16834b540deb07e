"""What an answer means: the document's facts, the classification, and the exceptions. Imports only ``wire``."""
