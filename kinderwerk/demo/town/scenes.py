"""Pictures of what there is to do, drawn by a few lines of code. Runs in the child of uploads."""

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageDraw

from kinderwerk.files import pictures

WIDE, HIGH = 960, 640
#: Drawn at twice the size, so that edges come out smooth.
FINE: Final = 2
SKY, DUSK, SUN, PAPER = "#cfe6f5", "#f7e3c4", "#f5b83d", "#fffdf8"
LEAF, MOSS, LIGHT, WOOD, BARK = "#1f7a4d", "#2f8f5f", "#8fc79a", "#c98f56", "#8a5a33"
CORAL, BLUE, PLUM, STONE, INK = "#d9503f", "#2a78b8", "#6b4a8a", "#e9e4da", "#1d2b3a"


class Sheet:
    """A sheet of 960 by 640 on which shapes are laid over each other."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (WIDE * FINE, HIGH * FINE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def round(self, x: float, y: float, across: float, colour: str, high: float = 0) -> None:
        tall = high or across
        box = (x - across / 2, y - tall / 2, x + across / 2, y + tall / 2)
        self.pen.ellipse([each * FINE for each in box], fill=colour)

    def block(
        self, x: float, y: float, wide: float, high: float, colour: str, soft: int = 8
    ) -> None:
        box = [each * FINE for each in (x, y, x + wide, y + high)]
        self.pen.rounded_rectangle(box, soft * FINE, fill=colour)

    def shape(self, colour: str, *points: tuple[float, float]) -> None:
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def line(self, colour: str, wide: int, *points: tuple[float, float]) -> None:
        drawn = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(drawn, fill=colour, width=wide * FINE, joint="curve")
        for x, y in (points[0], points[-1]):
            self.round(x, y, wide, colour)

    def hills(self) -> None:
        self.round(240, 720, 1200, LIGHT, 620)
        self.round(800, 740, 1200, MOSS, 560)

    def tree(self, x: float, y: float, size: float = 1, colour: str = LEAF) -> None:
        self.block(x - 11 * size, y - 90 * size, 22 * size, 100 * size, BARK, 4)
        for dx, dy, across in ((-40, -120, 110), (40, -125, 115), (0, -180, 130)):
            self.round(x + dx * size, y + dy * size, across * size, colour)


def huts() -> Sheet:
    sheet = Sheet(SKY)
    sheet.round(800, 120, 120, SUN)
    sheet.hills()
    sheet.tree(110, 430, 1.3)
    sheet.tree(880, 420, 1.1, MOSS)
    for x, y, roof in ((230, 360, CORAL), (480, 320, BLUE), (690, 400, PLUM)):
        for plank in range(5):
            sheet.block(x + plank * 34, y, 30, 150, WOOD if plank % 2 else "#d9a56f", 3)
        sheet.shape(roof, (x - 26, y + 6), (x + 82, y - 92), (x + 192, y + 6))
        sheet.block(x + 60, y + 60, 46, 90, BARK, 20)
    sheet.block(330, 540, 190, 20, WOOD)
    sheet.block(350, 516, 190, 20, "#d9a56f")
    return sheet


def wood() -> Sheet:
    sheet = Sheet(DUSK)
    sheet.round(480, 190, 230, "#fbeecb")
    sheet.round(480, 190, 130, SUN)
    for x in range(40, 960, 92):
        sheet.tree(x, 390 + x % 37, 1.1, LIGHT)
    sheet.round(480, 760, 1500, MOSS, 700)
    sheet.shape("#e5cfa3", (430, 640), (470, 420), (520, 420), (640, 640))
    for x, y, size in ((90, 560, 1.9), (260, 500, 1.4), (720, 510, 1.5), (880, 580, 2)):
        sheet.tree(x, y, size)
    for x, y in ((330, 590), (700, 600), (780, 560)):
        sheet.block(x - 6, y, 12, 26, PAPER, 4)
        sheet.round(x, y, 46, CORAL, 32)
    return sheet


def playground() -> Sheet:
    sheet = Sheet(SKY)
    sheet.round(150, 120, 110, SUN)
    sheet.hills()
    sheet.tree(860, 400, 1.4)
    sheet.line(BARK, 14, (160, 520), (230, 250), (470, 250), (540, 520))
    for x, seat in ((300, CORAL), (400, BLUE)):
        sheet.line(INK, 4, (x - 24, 256), (x - 24, 430))
        sheet.line(INK, 4, (x + 24, 256), (x + 24, 430))
        sheet.block(x - 36, 426, 72, 16, seat, 6)
    sheet.block(600, 290, 110, 22, WOOD)
    for x in (608, 690):
        sheet.block(x, 290, 14, 240, BARK, 4)
    for y in range(340, 520, 44):
        sheet.block(608, y, 96, 10, BARK, 4)
    sheet.line(SUN, 30, (705, 300), (790, 430), (860, 505), (910, 512))
    sheet.round(170, 575, 74, CORAL)
    sheet.round(170, 575, 30, PAPER)
    return sheet


def kitchen() -> Sheet:
    sheet = Sheet("#f6ead6")
    for x in range(0, WIDE, 160):
        sheet.block(x, 0, 156, HIGH, "#e7c9a0" if x % 320 else "#ecd2ad", 0)
    for x, y, inside in ((220, 210, "#f4d58d"), (520, 180, "#cfe3c0"), (770, 330, "#f2b8a6")):
        sheet.round(x, y, 250, PAPER)
        sheet.round(x, y, 180, inside)
    for x, y, colour in ((190, 190, CORAL), (250, 230, LEAF), (500, 160, LEAF), (545, 205, SUN),
                         (750, 310, SUN), (800, 355, CORAL), (770, 300, LEAF)):  # fmt: skip
        sheet.round(x, y, 54, colour)
    sheet.block(120, 400, 330, 170, WOOD, 26)
    for x in (180, 240, 300):
        sheet.round(x, 485, 70, "#f08a3c")
        sheet.round(x, 485, 40, "#f6a866")
    sheet.line(STONE, 26, (350, 520), (430, 420))
    sheet.line(INK, 30, (430, 420), (470, 370))
    sheet.shape("#f08a3c", (560, 560), (730, 480), (740, 520))
    sheet.line(LEAF, 10, (735, 500), (800, 470))
    sheet.line(LEAF, 10, (735, 500), (805, 505))
    return sheet


def workshop() -> Sheet:
    sheet = Sheet("#eef3f6")
    sheet.block(0, 430, WIDE, 210, WOOD, 0)
    sheet.block(0, 430, WIDE, 22, BARK, 0)
    sheet.block(60, 60, 330, 250, PAPER)
    for x, y, across, colour in ((150, 180, 130, SUN), (250, 150, 110, BLUE), (290, 230, 90, CORAL),
                                 (190, 250, 80, LEAF)):  # fmt: skip
        sheet.round(x, y, across, colour)
    for x, colour in ((470, CORAL), (600, SUN), (730, LEAF), (860, BLUE)):
        sheet.block(x - 50, 330, 100, 130, STONE, 12)
        sheet.round(x, 334, 100, colour, 34)
        sheet.line(BARK, 10, (x + 6, 330), (x + 34, 180))
        sheet.line(colour, 20, (x + 34, 180), (x + 42, 140))
    sheet.shape(PLUM, (120, 560), (200, 490), (330, 520), (300, 600), (160, 610))
    sheet.line(INK, 6, (420, 560), (560, 520), (640, 570), (760, 530))
    return sheet


SCENES: Final[dict[str, Callable[[], Sheet]]] = {
    "hutten": huts, "bos": wood, "kikker-open": playground, "kook": kitchen, "knutsel": workshop,
}  # fmt: skip


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    """Draw the scenes named, each in two sizes as any picture that was sent."""
    drawn: list[bytes] = []
    for name in told:
        file = BytesIO()
        SCENES[name]().image.resize((WIDE, HIGH)).save(file, "PNG")
        drawn += pictures.answer(None, [file.getvalue()])[1]
    return None, drawn
