"""The commands of ``feishu-mail``, and what they share. ``command_line`` puts them together."""
