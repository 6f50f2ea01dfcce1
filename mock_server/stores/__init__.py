"""Where worlds stand: in the memory of one process, or in a database that several share.

What every store offers is what `Worlds` and `ServedWorld` offer: worlds by id, made, forked, reset
and deleted, and turns in which one is changed. Behind a shared store each process keeps a replica
of the worlds it has met: tables, look-ups and effects are those of the memory store, and the
database has what differs from the seed, by version. Nothing here is imported before a store is
asked for.
"""
