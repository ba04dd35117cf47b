"""What features put on the first page of children.

    @tile(rules.BOARD)
    def board(corner: Corner) -> Tile | None:
        return Tile(label=gettext("The board"), url=url_for("ideas.board", **corner.address), …)

None: not here, or not now.
"""

from collections.abc import Callable
from typing import Final

from kinderwerk.children.rules import Corner, Tile

Offer = Callable[[Corner], Tile | None]
OFFERS: Final[list[tuple[int, Offer]]] = []


def tile(rank: int) -> Callable[[Offer], Offer]:
    """Put on the first page of children what the function returns, in this place."""

    def keep(offer: Offer) -> Offer:
        OFFERS.append((rank, offer))
        return offer

    return keep


def tiles(corner: Corner) -> list[Tile]:
    offered = (offer(corner) for _, offer in sorted(OFFERS, key=lambda each: each[0]))
    return [tile for tile in offered if tile]
