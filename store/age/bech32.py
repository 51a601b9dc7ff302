"""Bech32 of BIP 173 without its length limit: the text form of age keys."""

from __future__ import annotations

from store.age.errors import AgeError

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
_LONGEST = 4096  # characters; a post-quantum recipient has about 2,000

_AGAIN = "copy the whole key again"


def encode(prefix: str, data: bytes) -> str:
    """Return `data` as lower-case bech32 under the lower-case `prefix`."""
    spare = -len(data) * 8 % 5
    bits = int.from_bytes(data, "big") << spare
    count = (len(data) * 8 + spare) // 5
    values = [bits >> 5 * (count - 1 - index) & 31 for index in range(count)]
    check = _polymod(_expand(prefix) + values + [0] * _CHECKSUM) ^ 1
    values += [check >> 5 * (_CHECKSUM - 1 - index) & 31 for index in range(_CHECKSUM)]
    return prefix + "1" + "".join(_CHARSET[value] for value in values)


def decode(text: str) -> tuple[str, bytes]:
    """Return the prefix, in the case it was written, and the bytes that `text` carries.

    Raises AgeError, never quoting `text`, which may be a secret. Source: BIP 173.
    """
    folded = text.lower()
    prefix, one, tail = folded.rpartition("1")
    # ascii first: the Kelvin sign is upper case and folds to k
    if not (text.isascii() and text in (folded, text.upper()) and one and len(text) <= _LONGEST):
        raise AgeError("key is not bech32 text in one case", hint=_AGAIN)
    values = [_CHARSET.find(character) for character in tail]
    if -1 in values or len(values) < _CHECKSUM or _polymod(_expand(prefix) + values) != 1:
        raise AgeError("key is mistyped: its checksum does not match", hint=_AGAIN)
    return text[: len(prefix)], _join(values[:-_CHECKSUM])


def payload(text: str, prefix: str) -> bytes:
    """Return the bytes that `text` carries under just this prefix; raise AgeError.

    A name after it, as in `age1name1...`, would have a program of that name run by other readers.
    """
    found, data = decode(text)
    if found != prefix:
        raise AgeError("plugin keys are not supported", hint="use a key that needs no plugin")
    return data


def _join(values: list[int]) -> bytes:
    bits = 0
    for value in values:
        bits = bits << 5 | value
    size, spare = divmod(len(values) * 5, 8)
    if spare > 4 or bits & ((1 << spare) - 1):  # noqa: PLR2004 - BIP 173: fewer than 5 bits left
        raise AgeError("key carries loose bits after its last byte", hint=_AGAIN)
    return (bits >> spare).to_bytes(size, "big")


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for index, generator in enumerate(_GENERATOR):
            check ^= generator if top >> index & 1 else 0
    return check
