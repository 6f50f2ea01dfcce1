"""For tests of one's own: a stub to send to, and rules that these tests show.

`fixtures` gives a test a running stub with a world of its own, `hooks` ties marked tests to the
rule book and reports them.
"""
