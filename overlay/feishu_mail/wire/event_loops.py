"""Which event loop runs: locks and connections of one cannot serve another."""


def current_event_loop() -> object:
    """Returns what stands for the running event loop, under asyncio and trio; equal for the same one."""
    # Put off, because what is not async has no use for it.
    import anyio.lowlevel

    return anyio.lowlevel.current_token()
