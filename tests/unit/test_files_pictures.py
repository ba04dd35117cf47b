"""A picture that somebody sends comes back as pixels and nothing else, or is refused kindly."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from kinderwerk.core.errors import Refusal
from kinderwerk.files import pictures, service
from kinderwerk.files.rules import (
    LARGE,
    LARGEST_KEPT,
    SMALL,
    Broken,
    Heic,
    NotAPicture,
    Redrawn,
    Rendition,
    TooLarge,
)

SCRIPT = b"<script>alert(1)</script>"
RED, GREEN, WHITE = (220, 30, 30), (30, 160, 60), (255, 255, 255)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x927C


def two_halves(mode: str = "RGB", size: tuple[int, int] = (120, 60)) -> Image.Image:
    """Red on the left and green on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(GREEN, (size[0] // 2, 0, *size))
    return image.convert(mode)


def sent(image: Image.Image, kind: str = "JPEG", **told: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **told)
    return file.getvalue()


def drawn(content: bytes) -> Image.Image:
    """Draw anew without a child, and look at the large one."""
    told, pieces = pictures.answer(None, [content])
    assert told == {}, told
    large, small = map(Rendition.of, pieces)
    image = Image.open(BytesIO(large.content))
    assert image.size == (large.width, large.height)
    assert (small.width <= large.width, max(small.width, small.height) <= SMALL) == (True, True)
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
    return image.convert("RGB")


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    seen: Any = image.getpixel(at)
    return all(abs(one - other) < 40 for one, other in zip(seen, colour, strict=True))


def refused(content: bytes) -> str:
    told, pieces = pictures.answer(None, [content])
    assert pieces == []
    return str(told["refused"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK", "RGBA", "1", "LA"])
def test_every_common_kind_is_read(kind: str, mode: str) -> None:
    if kind == "JPEG" and mode in ("P", "RGBA", "LA"):
        mode = "RGB"
    if kind != "JPEG" and mode == "CMYK":
        mode = "RGB"
    seen = drawn(sent(two_halves(mode), kind))
    assert seen.size == (120, 60)
    if mode in ("RGB", "P", "CMYK", "RGBA"):
        assert near(seen, (20, 30), RED)
        assert near(seen, (100, 30), GREEN)


def test_what_stands_beside_the_pixels_is_gone() -> None:
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (51.0, 55.0, 1.5)}
    exif[MAKER] = b"Secret place"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    full = sent(
        two_halves(), exif=exif, icc_profile=profile, comment=b"Secret place", xmp=b"Secret place"
    )
    assert full.count(b"Secret place") == 3
    _, pieces = pictures.answer(None, [full])
    for piece in pieces:
        assert b"Secret" not in piece
        assert b"ICCP" not in piece
        assert b"EXIF" not in piece
    drawn(full)


def test_a_note_in_a_png_is_gone() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "Secret place", zip=True)
    note.add_itxt("XML:com.adobe.xmp", "Secret place")
    drawn(sent(two_halves(), "PNG", pnginfo=note))


@pytest.mark.parametrize("turn", range(1, 9))
def test_it_stands_upright(turn: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    seen = drawn(sent(two_halves(), exif=exif))
    assert seen.size == ((120, 60) if turn < 5 else (60, 120))
    where_red = {1: (20, 30), 2: (100, 30), 3: (100, 30), 4: (20, 30),
                 5: (30, 20), 6: (30, 20), 7: (30, 100), 8: (30, 100)}[turn]  # fmt: skip
    assert near(seen, where_red, RED)


def test_the_wide_colours_of_a_telephone_become_plain_ones() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for nonsense in (profile, b"no profile at all"):
        assert near(drawn(sent(two_halves(), icc_profile=nonsense)), (20, 30), RED)


def test_what_is_transparent_is_white() -> None:
    image = two_halves("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 60, 60))
    seen = drawn(sent(image, "PNG"))
    assert near(seen, (20, 30), WHITE)
    assert near(seen, (100, 30), GREEN)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_something_that_moves_the_first_picture_stays(kind: str) -> None:
    first, second = Image.new("RGB", (90, 60), RED), Image.new("RGB", (90, 60), GREEN)
    moving = sent(first, kind, save_all=True, append_images=[second], duration=100)
    assert near(drawn(moving), (20, 30), RED)


def test_it_is_not_larger_than_pages_show() -> None:
    told, pieces = pictures.answer(None, [sent(Image.effect_noise((3000, 2000), 90))])
    large, small = map(Rendition.of, pieces)
    assert not told
    assert (large.width, large.height) == (LARGE, round(LARGE * 2 / 3))
    assert (small.width, small.height) == (SMALL, round(SMALL * 2 / 3))
    assert len(large.content) <= LARGEST_KEPT
    assert len(small.content) < 80_000


def png_that_says(width: int, height: int, body: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (b"<!doctype html>" + SCRIPT, "kind"),
        (b"%PDF-1.7", "kind"),
        (b"\x00" * 4096, "kind"),
        (sent(two_halves("P"), "GIF"), "kind"),
        (sent(two_halves(), "TIFF"), "kind"),
        (sent(two_halves(), "BMP"), "kind"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"x" * 99, "heic"),
        (png_that_says(60_000, 60_000), "large"),
        (png_that_says(30_000, 1), "large"),
        (png_that_says(2**31 - 1, 2**31 - 1), "large"),
        (png_that_says(9_000, 9_000, bytes(1 << 20)), "large"),
        (png_that_says(0, 5), "kind"),
        (png_that_says(500, 500, b"far too little"), "broken"),
        (sent(two_halves())[:400], "broken"),
        (sent(two_halves(), "PNG")[:70], "broken"),
        (sent(two_halves(), "WEBP")[:60], "broken"),
        (b"\xff\xd8\xff\xe0" + SCRIPT, "broken"),
    ],
)
def test_everything_else_is_refused_in_a_word(
    content: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as drawing PDFs leaves it
    assert refused(content) == why


@pytest.mark.parametrize("tail", [SCRIPT, b"PK\x03\x04" + b"z" * 400, b"<html>" + SCRIPT * 9])
def test_what_hangs_on_behind_is_gone(tail: bytes) -> None:
    made = service.redraw(sent(two_halves(), comment=SCRIPT) + tail)
    assert isinstance(made, Redrawn)
    for one in (made.large, made.small):
        assert tail not in one.content
        assert SCRIPT not in one.content
        assert Rendition.of(one.content) == one


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<svg/>", NotAPicture),
        (b"\x00\x00\x00\x18ftypheic" + b"x" * 99, Heic),
        (sent(two_halves())[:400], Broken),
        (png_that_says(60_000, 60_000), TooLarge),
        (b"\xff\xd8\xff" * (5 << 20), TooLarge),
    ],
)
def test_people_read_why(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as caught:
        service.redraw(content)
    assert caught.value.field == "picture"


def test_only_a_plain_picture_is_one() -> None:
    plain = sent(two_halves(), "WEBP")
    assert Rendition.of(plain).width == 120
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    for other in (
        b"", plain[:-4], plain + SCRIPT, sent(two_halves(), "WEBP", exif=exif),
        sent(Image.new("RGBA", (9, 9)), "WEBP"), sent(two_halves(), "WEBP", lossless=True),
        sent(two_halves()),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not a plain picture"):
            Rendition.of(other)
