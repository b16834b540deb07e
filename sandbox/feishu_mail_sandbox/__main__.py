"""``python -m feishu_mail_sandbox``."""

import sys

from feishu_mail_sandbox.command_line import main

if __name__ == "__main__":
    sys.exit(main())
