"""What keeps a run from being resumed, merged, compared, or an acceptance from being written."""


class RunFault(Exception):
    """The text says in one sentence what is wrong, where, and what to do instead."""
