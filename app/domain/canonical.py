"""One spelling for a row of values, so that two different rows never give the same bytes to a hash."""


def length_prefixed(*parts: str | int | bytes) -> bytes:
    """Join the parts, each after its length in bytes (4 bytes, big-endian); text as UTF-8, numbers in decimal."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in map(_as_bytes, parts))


def _as_bytes(part: str | int | bytes) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()
