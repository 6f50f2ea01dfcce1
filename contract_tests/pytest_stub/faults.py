"""What a test asked the stub for and cannot have."""


class StubFault(Exception):
    """A test asked for what is not there, or the stub did not do its part; the text says what, and
    what to write instead. It says nothing about a rule."""
