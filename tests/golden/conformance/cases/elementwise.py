"""Ops that work element by element, with broadcasting."""

import torch

from cases.book import away_from_zero, integers, positive, randn

UNARY = {
    "exp": ("approximated", torch.exp, randn),
    "log": ("approximated", torch.log, positive),
    "log1p": ("approximated", torch.log1p, positive),
    "expm1": ("approximated", torch.expm1, randn),
    "sqrt": ("arithmetic", torch.sqrt, positive),
    "rsqrt": ("approximated", torch.rsqrt, positive),
    "square": ("arithmetic", torch.square, randn),
    "abs": ("exact", torch.abs, away_from_zero),
    "neg": ("exact", torch.neg, randn),
    "sigmoid": ("approximated", torch.sigmoid, randn),
    "tanh": ("approximated", torch.tanh, randn),
    "relu": ("exact", torch.relu, away_from_zero),
    "erf": ("approximated", torch.erf, randn),
    "softplus": ("approximated", torch.nn.functional.softplus, randn),
    "sin": ("approximated", torch.sin, randn),
    "cos": ("approximated", torch.cos, randn),
    "reciprocal": ("arithmetic", torch.reciprocal, away_from_zero),
}


def unary_cases(book):
    for name, (kind, fn, draw) in UNARY.items():
        book.add(
            f"op-{name}", lambda t, a, fn=fn: fn(t["x"]), {"x": draw(3, 7)}, kind=kind, about=f"y = {name}(x)"
        )
    ties = torch.cat(
        [torch.arange(-6, 7) / 2, torch.tensor([0.49999997, -0.49999997, 1e7, 8388607.5]), randn(9, scale=5)]
    )
    for name, fn in (
        ("sign", torch.sign),
        ("floor", torch.floor),
        ("ceil", torch.ceil),
        ("round", torch.round),
    ):
        about = f"y = {name}(x), gradient zero" + ("; half to even" if name == "round" else "")
        book.add(f"op-{name}", lambda t, a, fn=fn: fn(t["x"]), {"x": ties}, kind="exact", about=about)


BINARY = {
    "add": ("exact", torch.add),
    "sub": ("exact", torch.sub),
    "mul": ("exact", torch.mul),
    "div": ("arithmetic", torch.div),
    "pow": ("approximated", torch.pow),
    "maximum": ("exact", torch.maximum),
    "minimum": ("exact", torch.minimum),
    "squared-difference": ("arithmetic", lambda a, b: (a - b) ** 2),
}
SHAPES = {
    "same": ((2, 3, 4), (2, 3, 4)),
    "row": ((2, 3, 4), (4,)),
    "column": ((3, 1), (2, 3, 4)),
    "outer": ((3, 1), (1, 4)),
    "scalar": ((2, 3, 4), ()),
}


def binary_cases(book):
    for name, (kind, fn) in BINARY.items():
        for variant, (left, right) in SHAPES.items():
            a = positive(*left) if name == "pow" else away_from_zero(*left)
            # Added up over broadcast axes, gradients are no longer exact.
            exact = kind == "exact" and left == right
            how = kind if exact else "sum" if kind == "exact" else kind
            b = away_from_zero(*right)
            book.add(
                f"op-{name}-{variant}",
                lambda t, _, fn=fn: fn(t["a"], t["b"]),
                {"a": a, "b": b},
                kind=how,
                about=f"{name} of {list(left)} and {list(right)}",
            )


def comparison_cases(book):
    compare = {
        "equal": torch.eq,
        "not-equal": torch.ne,
        "less": torch.lt,
        "less-equal": torch.le,
        "greater": torch.gt,
        "greater-equal": torch.ge,
    }
    for name, fn in compare.items():
        for dtype in ("float32", "int32"):
            a, b = (integers(-2, 3, *s).to(getattr(torch, dtype)) for s in ((3, 4), (4,)))
            book.add(
                f"op-{name}-{dtype}",
                lambda t, _, fn=fn: {"y": fn(t["a"], t["b"])},
                {"a": a, "b": b},
                kind="exact",
                about=name,
                wrt=[],
            )
    logic = {
        "logical-and": torch.logical_and,
        "logical-or": torch.logical_or,
        "logical-xor": torch.logical_xor,
    }
    for name, fn in logic.items():
        a, b = integers(0, 2, 3, 4).bool(), integers(0, 2, 4).bool()
        book.add(
            f"op-{name}",
            lambda t, _, fn=fn: {"y": fn(t["a"], t["b"])},
            {"a": a, "b": b},
            kind="exact",
            about=name,
        )
    book.add(
        "op-logical-not",
        lambda t, _: {"y": ~t["a"]},
        {"a": integers(0, 2, 3, 4).bool()},
        kind="exact",
        about="not",
    )
    book.add(
        "op-where",
        lambda t, _: torch.where(t["condition"], t["a"], t["b"]),
        {"condition": integers(0, 2, 3, 4).bool(), "a": randn(3, 4), "b": randn(3, 4)},
        kind="exact",
        about="a where the condition holds, else b",
    )
    book.add(
        "op-where-broadcast",
        lambda t, _: torch.where(t["condition"], t["a"], t["b"]),
        {"condition": integers(0, 2, 3, 1).bool(), "a": randn(3, 4), "b": randn()},
        kind="sum",
        about="where() of shapes that broadcast",
    )
