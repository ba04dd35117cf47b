"""Drawing a picture anew, pixel by pixel. Runs in the child, and is imported there only."""

from contextlib import suppress
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from kinderwerk.files.rules import LARGE, LARGEST_KEPT, SMALL

#: Others are not tried: each decoder less is one that cannot be tricked.
FORMATS: Final = ("JPEG", "PNG", "WEBP")
#: As of the largest telephones; what unpacks to more was made to.
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 20_000
QUALITIES: Final = (80, 60, 40, 20)
SMALL_QUALITY: Final = 65
HEIC: Final = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


class Refused(Exception):
    """In one word, for which the other side has a sentence."""


def answer(told: Any, pieces: list[bytes]) -> tuple[Any, list[bytes]]:
    try:
        drawn = redraw(pieces[0])
        large = encoded(drawn)
    except Refused as refused:
        return {"refused": str(refused)}, []
    except MemoryError:
        return {"refused": "large"}, []
    small = drawn.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return {}, [large, written(small, SMALL_QUALITY)]


def redraw(content: bytes) -> Image.Image:
    """Return the first picture in it, upright, in plain colours, not larger than we keep."""
    if not content:
        raise Refused("broken")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, and refuses kindly
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # whatever else in this process may allow it
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise Refused("heic" if _heic(content) else "kind") from None
    except (OSError, SyntaxError, ValueError):
        raise Refused("broken") from None
    if max(image.size) > LONGEST_SIDE or image.width * image.height > MOST_PIXELS:
        raise Refused("large")
    try:
        image.draft("RGB", (LARGE, LARGE))  # a JPEG need not be unpacked in full
        image.load()
        return _clean(image)
    except (OSError, SyntaxError, ValueError, IndexError, EOFError):
        raise Refused("broken") from None


def _heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in HEIC


def _clean(image: Image.Image) -> Image.Image:
    """Return a new picture with the same pixels: transparent is white, and nothing is beside it."""
    seen = image
    if image.mode not in ("RGB", "RGBA"):
        seen = image.convert("RGBA" if image.has_transparency_data else "RGB")
    seen.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(seen)
    fresh = Image.new("RGB", turned.size, "white")
    fresh.paste(turned, mask=turned if turned.mode == "RGBA" else None)
    _as_screens_show(fresh, image.info.get("icc_profile"))
    fresh.info.clear()
    return fresh


def _as_screens_show(image: Image.Image, profile: Any) -> None:
    """Turn the wide colours of a telephone into those that need no profile beside them."""
    if isinstance(profile, bytes):
        with suppress(ImageCms.PyCMSError, OSError):
            told = ImageCms.ImageCmsProfile(BytesIO(profile))
            plain = ImageCms.createProfile("sRGB")
            ImageCms.profileToProfile(image, told, plain, inPlace=True)


def encoded(image: Image.Image) -> bytes:
    """Return it in the best quality that is small enough to keep."""
    for quality in QUALITIES:
        content = written(image, quality)
        if len(content) <= LARGEST_KEPT:
            return content
    raise Refused("large")


def written(image: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()
