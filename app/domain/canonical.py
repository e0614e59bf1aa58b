"""One spelling for a row of values, so that two different rows never give the same bytes to a hash."""

_SHORT = tuple(length.to_bytes(4, "big") for length in range(256))


def length_prefixed(*parts: str | int | bytes) -> bytes:
    """Join the parts, each after its length in bytes (4 bytes, big-endian); text as UTF-8, numbers in decimal."""
    return b"".join([counted(part if isinstance(part, bytes) else str(part).encode()) for part in parts])


def counted(part: bytes) -> bytes:
    """One part after its length. Looked up where it is short: a sweep hashes hundreds of thousands of them."""
    length = len(part)
    return (_SHORT[length] if length < len(_SHORT) else length.to_bytes(4, "big")) + part
