"""Pictures drawn anew: what comes out holds pixels and nothing else.

Places, names, profiles, comments, hidden thumbnails and whatever hangs behind the end of a picture do not survive.
"""

import struct
import zlib
from io import BytesIO
from threading import BoundedSemaphore

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

from fund.refusals import Refusal, Unfit

FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
MAX_PIXELS = 40_000_000
SAVED_AS = {"PNG": {}, "JPEG": {"quality": 88}, "WEBP": {"quality": 88}}
DRAWING = BoundedSemaphore(2)  # a picture of 40 million pixels takes 160 MB while it is drawn

TOO_LARGE = _("This picture has too many pixels. Please make it smaller and send it again.")
MOVING = _("This picture moves. Please send a still one.")
DAMAGED = _("This picture is damaged. Please take or save it again.")

# What Pillow raises on hostile files; anything else is a fault of ours and has to be seen
FAULTS = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def redraw(data, form):
    """The same picture in the same format (PNG, JPEG, WEBP), upright. Raises Unfit."""
    with DRAWING:
        # WeasyPrint switches this on for the whole process when the first PDF is drawn; half a picture is none
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            with Image.open(BytesIO(data), formats=[form]) as picture:
                return drawn(picture, form)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unfit(Refusal(TOO_LARGE)) from None
        except FAULTS:
            raise Unfit(Refusal(DAMAGED)) from None


def drawn(picture, form):
    if picture.width * picture.height > MAX_PIXELS:
        raise Unfit(Refusal(TOO_LARGE))
    # Cameras put a second, smaller picture behind a JPEG ("MPO"); the first one is the photo
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise Unfit(Refusal(MOVING))
    picture.load()
    upright = plain(ImageOps.exif_transpose(picture), form)
    upright.info = {}  # Pillow would write comments and profiles from here
    out = BytesIO()
    upright.save(out, form, **SAVED_AS[form])
    return out.getvalue()


def plain(picture, form):
    """In a mode that the format keeps without anything beside the pixels."""
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode.startswith("I"):  # sixteen bits a sign: the upper eight are what a screen shows
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    kept = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA"), "JPEG": ("L", "RGB"), "WEBP": ("RGB", "RGBA")}[form]
    if picture.mode in kept:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data and form != "JPEG" else "RGB")
