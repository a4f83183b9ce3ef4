"""G.711 mu-law by table: one byte for each of 8,000 samples a second."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # samples a second
FRAME = 160  # samples of 20 ms, which is what a packet carries
SILENCE = b"\xff"

_BIAS, _CLIP = 132, 32_635
_LOUDEST = 32_767


def _decoded() -> NDArray[np.float32]:
    """The sample that each of the 256 bytes stands for."""
    codes = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    samples = (((mantissa.astype(np.int32) << 3) + _BIAS) << exponent) - _BIAS
    return np.where(codes & 128, -samples, samples).astype(np.float32)


def _encoded() -> NDArray[np.uint8]:
    """The byte of each sample from -32,768 up."""
    samples = np.arange(-32_768, 32_768)
    size = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int64) - 7
    mantissa = (size >> (exponent + 3)) & 15
    sign = np.where(samples < 0, 128, 0)
    codes: NDArray[np.int64] = ~(sign | exponent << 4 | mantissa) & 255
    return codes.astype(np.uint8)


_DECODE, _ENCODE = _decoded(), _encoded()


def decode(data: bytes) -> NDArray[np.float32]:
    """Samples, as whole numbers between -32,768 and 32,767."""
    return _DECODE[np.frombuffer(data, dtype=np.uint8)]


def encode(samples: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bytes; what is too loud is clipped."""
    clipped = np.clip(samples, -_LOUDEST, _LOUDEST).astype(np.int32)
    return _ENCODE[clipped + 32_768]
