# SPDX-License-Identifier: GPL-2.0-only
"""What a shared library says of itself: its name, what it needs, and where that is looked for."""

import struct
from dataclasses import dataclass
from pathlib import Path

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_SONAME, _DT_RPATH, _DT_RUNPATH = 0, 1, 5, 14, 15, 29


@dataclass(frozen=True)
class Dynamic:
    """The dynamic section of a library."""

    name: str  # DT_SONAME; the file's name where it has none
    needs: tuple  # DT_NEEDED
    folders: tuple  # DT_RUNPATH or DT_RPATH, $ORIGIN resolved


def _segments(data):
    """Yield (type, offset, address, size in the file) of the program headers."""
    offset, size, count = struct.unpack_from("<Q14xHH", data, 32)
    for i in range(count):
        kind, _, at, address, _, length = struct.unpack_from("<IIQQQQ", data, offset + i * size)
        yield kind, at, address, length


def read_dynamic(path):
    """Return the Dynamic of a 64 bit little-endian ELF file; None if the file is nothing such."""
    path = Path(path)
    try:
        data = path.read_bytes()
        if data[:6] != b"\x7fELF\x02\x01":
            return None
        segments = list(_segments(data))
        entries = []
        for kind, at, _, length in segments:
            if kind == _PT_DYNAMIC:
                entries += struct.iter_unpack("<qQ", data[at : at + length // 16 * 16])
    except (OSError, struct.error, OverflowError):
        return None
    known = dict(entries[: [tag for tag, _ in entries].index(_DT_NULL)]) if entries else {}
    strings = _file_offset(segments, known.get(_DT_STRTAB))
    if strings is None:
        return None

    def text(value):
        return data[strings + value : data.index(b"\0", strings + value)].decode()

    origin = str(path.resolve().parent)
    folders = known.get(_DT_RUNPATH, known.get(_DT_RPATH))
    folders = text(folders).split(":") if folders is not None else []
    return Dynamic(
        name=text(known[_DT_SONAME]) if _DT_SONAME in known else path.name,
        needs=tuple(text(value) for tag, value in entries if tag == _DT_NEEDED),
        folders=tuple(
            f.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for f in folders if f
        ),
    )


def _file_offset(segments, address):
    """Return where in the file an address is; None if nowhere."""
    for kind, at, start, length in segments:
        if address is not None and kind == _PT_LOAD and start <= address < start + length:
            return at + address - start
    return None
