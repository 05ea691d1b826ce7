"""What nodes of kind b export: thumbnails of pictures."""

from io import BytesIO

from PIL import Image, ImageOps

from erlang_docker import Atom, Failure, export

MAX_SIZE = 512
"""Pixels; the thumbnail of any picture is then far below the 1 MiB that a result may have."""
MAX_PIXELS = 32_000_000
"""Of the picture: at 4 bytes each half of what a worker process may take."""
_NO_PICTURE = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
"""What Pillow makes of bytes that are none, or only the beginning of one."""


@export("thumbnails:make(Picture,128)", read_only=True, process=True)
def make(picture: bytes, size: int = 128) -> bytes:
    """A WebP of the picture, upright, in a square of so many pixels."""
    if not 1 <= size <= MAX_SIZE:
        raise Failure("error", Atom("badarg"))
    try:
        with Image.open(BytesIO(picture)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Failure("error", Atom("system_limit"))
            opened.thumbnail((size, size))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except _NO_PICTURE as error:
        raise Failure("error", Atom("not_a_picture")) from error
    written = BytesIO()
    upright.save(written, "WEBP")
    return written.getvalue()
