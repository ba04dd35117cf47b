"""Where the program begins: what is loaded here stays, so nobody looks if it can go."""

import gc

gc.disable()

from kinderwerk.app import main  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["main"]
