# Rendered from openapi/feishu-mail.yaml by `make regenerate`; edit the document instead of this file.
"""Where the send operation is. The generated client holds the same; loading it costs more than a send."""

from typing import Final

METHOD: Final = "POST"
PATH: Final = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send"
"""Both ids are put in percent-encoded, with no character left safe."""
