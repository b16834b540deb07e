"""One call of any operation: attempts, retry decision, turns, memory. Imports only ``outcomes`` and ``wire``."""
