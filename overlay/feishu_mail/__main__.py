"""``python -m feishu_mail`` is ``feishu-mail``."""

import sys

from feishu_mail.command_line import main

if __name__ == "__main__":
    sys.exit(main())
