"""What a LLaMA is made of."""

import math

import torch

from cases.book import integers, positive, randn


def rms_norm(x, g, eps):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * g


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def angles(tokens, width, theta=10000.0):
    f = 1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
    a = torch.cat([torch.outer(torch.arange(tokens, dtype=torch.float64), f)] * 2, -1)
    return a.cos().float(), a.sin().float()


def attention(q, k, v):
    """[batch, heads, tokens, width]; fewer heads in k and v than in q."""
    groups = q.shape[1] // k.shape[1]
    k, v = (u.repeat_interleave(groups, dim=1) for u in (k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    mask = torch.full(scores.shape[-2:], float("-inf"), dtype=scores.dtype).triu(1)
    return torch.softmax(scores + mask, -1) @ v


def swiglu(x, gate, up, down):
    return (torch.nn.functional.silu(x @ gate.T) * (x @ up.T)) @ down.T


def block_cases(book):
    book.add(
        "op-softmax",
        lambda t, a: torch.softmax(t["x"], -1),
        {"x": randn(3, 7)},
        kind="approximated",
        about="softmax over the last axis",
    )
    book.add(
        "op-softmax-large",
        lambda t, a: torch.softmax(t["x"], -1),
        {"x": randn(3, 7, scale=4.0) + 500},
        kind="approximated",
        about="softmax of large values: the maximum must be taken off first",
    )
    book.add(
        "op-log-softmax",
        lambda t, a: torch.log_softmax(t["x"], -1),
        {"x": randn(3, 7)},
        kind="approximated",
        about="log softmax over the last axis",
    )
    book.add(
        "op-layer-norm",
        lambda t, a: torch.nn.functional.layer_norm(t["x"], (8,), t["g"], t["b"], a["eps"]),
        {"x": randn(2, 3, 8), "g": positive(8), "b": randn(8)},
        kind="block",
        attrs={"eps": 1e-5},
        about="layer norm",
    )
    book.add(
        "op-rms-norm",
        lambda t, a: rms_norm(t["x"], t["g"], a["eps"]),
        {"x": randn(2, 3, 8), "g": positive(8)},
        kind="block",
        attrs={"eps": 1e-5},
        about="root mean square norm",
    )

    def cross_entropy(t, a):
        return torch.nn.functional.cross_entropy(t["logits"], t["labels"].long())

    book.add(
        "op-cross-entropy",
        cross_entropy,
        {"logits": randn(6, 11), "labels": integers(0, 11, 6)},
        kind="block",
        about="mean cross entropy",
    )
    cos, sin = angles(5, 8)
    book.add(
        "op-rotary",
        lambda t, a: rotate(t["x"], t["cos"], t["sin"]),
        {"x": randn(2, 3, 5, 8), "cos": cos, "sin": sin},
        kind="arithmetic",
        wrt=["x"],
        about="rotary embedding, halves rotated",
    )
    book.add(
        "op-attention",
        lambda t, a: attention(t["q"], t["k"], t["v"]),
        {"q": randn(2, 4, 5, 8), "k": randn(2, 2, 5, 8), "v": randn(2, 2, 5, 8)},
        kind="block",
        about="causal attention, two query heads for a key head",
    )
    mlp = {
        "x": randn(2, 3, 8),
        "gate": randn(12, 8, scale=0.4),
        "up": randn(12, 8, scale=0.4),
        "down": randn(8, 12, scale=0.4),
    }
    book.add(
        "op-swiglu",
        lambda t, a: swiglu(t["x"], t["gate"], t["up"], t["down"]),
        mlp,
        kind="block",
        about="gated feed-forward",
    )
    book.add(
        "op-checkpoint",
        lambda t, a: t["x"] + swiglu(rms_norm(t["x"], t["g"], a["eps"]), t["gate"], t["up"], t["down"]),
        {**mlp, "g": positive(8)},
        kind="block",
        attrs={"eps": 1e-5},
        about="norm, gated feed-forward, residual; recomputed in the backward pass, here by plain autograd",
    )
