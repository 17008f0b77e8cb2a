"""How often Python looks for garbage in cycles: less often than it would by itself."""

import gc

PATIENCE = 10_000
"""New objects between two looks. A sweep makes hundreds of thousands and hardly any cycle: by the built-in 700 a third
of its time went into looking."""


def collect_less() -> None:
    """Call it when everything is imported: that stays for good, and is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(PATIENCE, *gc.get_threshold()[1:])
