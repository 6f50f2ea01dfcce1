"""What goes wrong with stores.

StoreError        a store that cannot be used; the stub does not start
Lost              a request that came to nothing
  StoreFault      the store cannot be asked now
  WorldGone       somebody has deleted the world meanwhile
ChangesWorld      a turn that was to read has changed something; nothing of it was kept
"""

from __future__ import annotations


class StoreError(Exception):
    """A store that cannot be used, and what to write instead."""


class Lost(Exception):
    """A request that came to nothing, as what it needs is out of reach."""


class StoreFault(Lost):
    """The store cannot be asked, or did not keep what it was told; it may be well again soon."""


class WorldGone(Lost):
    """The world was deleted, perhaps by another process."""


class ChangesWorld(Exception):
    """A turn that was to read only has changed the world; it is to be done again as one that
    writes."""
