"""Clipping and straight-through rounding, with the gradients that quantizers need."""

import torch

from cases.book import integers, randn


class ClosedClip(torch.autograd.Function):
    """Clip whose gradient passes on the closed range; torch.clamp's at the edge depends on its version."""

    @staticmethod
    def forward(ctx, x, low, high):
        ctx.save_for_backward((x >= low) & (x <= high))
        return torch.clamp(x, low, high)

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0], None, None


class StraightThroughRound(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, g):
        return g


def clip_cases(book):
    x = torch.cat([torch.tensor([-1.0, 2.0, -1.0000001, 2.0000002, 0.0]), randn(19, scale=2)])
    book.add(
        "op-clip",
        lambda t, a: ClosedClip.apply(t["x"], a["min"], a["max"]),
        {"x": x},
        kind="exact",
        attrs={"min": -1.0, "max": 2.0},
        about="clip; the gradient passes on the closed range, bounds included",
    )

    def fake_quantize(t, a):
        codes = ClosedClip.apply(StraightThroughRound.apply(t["x"] / t["s"]), a["min"], a["max"])
        return codes * t["s"]

    s = torch.tensor([[0.25], [0.5], [0.125]])
    # Quarters of s: ties and edges on purpose, and exact in float32.
    x = integers(-60, 61, 3, 16).float() / 4 * s
    book.add(
        "op-straight-through",
        fake_quantize,
        {"x": x, "s": s},
        kind="arithmetic",
        attrs={"min": -8, "max": 7},
        about="clip(round(x / s)) * s, the rounding's gradient being 1",
    )
