"""Reads a data folder of data-prep: the pictures that `train` learns from, as arrays.

The format is described in src/data/shard.rs.
"""

import json
import pathlib
import struct
import zlib

import numpy as np

HEADER = struct.Struct("<8sIIHHHHI")


def shard(data):
    """Labels `(n,)` and pictures `(n, 32, 32, 3)` of one shard, as bytes."""
    magic, version, count, width, height, channels, _, checksum = HEADER.unpack_from(data)
    if (magic, version, width, height, channels) != (b"TGSHARD\n", 1, 32, 32, 3):
        raise ValueError(f"not a shard of version 1 with 32x32 pictures: {data[:24]!r}")
    payload = data[HEADER.size :]
    if zlib.crc32(payload) != checksum:
        raise ValueError("the shard is damaged: its checksum is another")
    values = np.frombuffer(payload, np.uint8)
    return values[:count], values[count:].reshape(count, height, width, channels)


def split(folder, name):
    """Pictures `(n, 32, 32, 3)` in 0 to 1 and labels of the split `train` or `test`."""
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = [shard((folder / entry["file"]).read_bytes()) for entry in manifest[name]["shards"]]
    labels = np.concatenate([part[0] for part in parts]).astype(np.int32)
    pictures = np.concatenate([part[1] for part in parts]).astype(np.float32) / 255
    return pictures, labels
