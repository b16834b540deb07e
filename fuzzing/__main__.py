"""``python -m fuzzing``."""

import sys

from fuzzing.command_line import main

if __name__ == "__main__":
    sys.exit(main())
