"""Products of matrices and sums over axes."""

import torch

from cases.book import away_from_zero, randn


def matrix_cases(book):
    def matmul(t, a):
        left = t["a"].mT if a["transpose_a"] else t["a"]
        right = t["b"].mT if a["transpose_b"] else t["b"]
        return left @ right

    for ta in (False, True):
        for tb in (False, True):
            attrs = {"transpose_a": ta, "transpose_b": tb}
            variant = ("t" if ta else "n") + ("t" if tb else "n")
            for prefix, batch in (("", ()), ("batched-", (2, 3))):
                a = randn(*batch, *((17, 5) if ta else (5, 17)))
                b = randn(*batch, *((9, 17) if tb else (17, 9)))
                book.add(
                    f"op-matmul-{prefix}{variant}",
                    matmul,
                    {"a": a, "b": b},
                    kind="sum",
                    attrs=attrs,
                    about="matrix product",
                )
    attrs = {"transpose_a": False, "transpose_b": False}
    book.add(
        "op-matmul-broadcast",
        matmul,
        {"a": randn(4, 5, 17), "b": randn(1, 17, 9)},
        kind="sum",
        attrs=attrs,
        about="matrix product with a broadcast batch",
    )
    for n, (equation, shapes) in enumerate(
        {
            "ij,jk->ik": ((3, 4), (4, 5)),
            "bij,bkj->bik": ((2, 3, 4), (2, 5, 4)),
            "btd,hd->bth": ((2, 3, 4), (5, 4)),
            "bqhd,bkhd->bhqk": ((2, 3, 2, 4), (2, 5, 2, 4)),
            "ij->ji": ((3, 4),),
            "ijk->j": ((2, 3, 4),),
            "i,j->ij": ((3,), (4,)),
        }.items()
    ):
        names = "ab"[: len(shapes)]
        book.add(
            f"op-einsum-{n}",
            lambda t, a, names=names: {"y": torch.einsum(a["equation"], *(t[k] for k in names))},
            {k: randn(*s) for k, s in zip(names, shapes, strict=True)},
            kind="sum",
            attrs={"equation": equation},
            wrt=[],
            about="einsum; TF.js has no gradient for it",
        )


def reduction_cases(book):
    fns = {
        "sum": ("sum", lambda x, d, k: x.sum(d, keepdim=k)),
        "mean": ("sum", lambda x, d, k: x.mean(d, keepdim=k)),
        "max": ("exact", lambda x, d, k: x.amax(d, keepdim=k)),
        "min": ("exact", lambda x, d, k: x.amin(d, keepdim=k)),
        "log-sum-exp": ("block", lambda x, d, k: x.logsumexp(d, keepdim=k)),
    }
    axes = {
        "all": ([0, 1, 2], False),
        "last": ([2], False),
        "first-keep": ([0], True),
        "two-keep": ([0, 2], True),
    }
    for name, (kind, fn) in fns.items():
        for variant, (axis, keep) in axes.items():
            book.add(
                f"op-{name}-{variant}",
                lambda t, a, fn=fn: fn(t["x"], a["axis"], a["keep_dims"]),
                {"x": randn(2, 3, 5)},
                kind=kind,
                attrs={"axis": axis, "keep_dims": keep},
                about=f"{name} over axes {axis}",
            )
    for variant, axis, keep in (("last", 2, False), ("first-keep", 0, True)):
        book.add(
            f"op-prod-{variant}",
            lambda t, a: t["x"].prod(a["axis"][0], keepdim=a["keep_dims"]),
            {"x": away_from_zero(2, 3, 5)},
            kind="arithmetic",
            attrs={"axis": [axis], "keep_dims": keep},
            about=f"product over axis {axis}",
        )
    for name, fn in (("arg-max", torch.argmax), ("arg-min", torch.argmin)):
        for axis in (0, 2):
            book.add(
                f"op-{name}-{axis}",
                lambda t, a, fn=fn: {"y": fn(t["x"], a["axis"])},
                {"x": randn(4, 3, 5)},
                kind="exact",
                attrs={"axis": axis},
                wrt=[],
                about=f"index of the largest or smallest over axis {axis}",
            )

    def cumsum(t, a):
        x = t["x"].flip(a["axis"]) if a["reverse"] else t["x"]
        y = x.cumsum(a["axis"]) - (x if a["exclusive"] else 0)
        return y.flip(a["axis"]) if a["reverse"] else y

    for variant, axis, length, exclusive, reverse in (
        ("last", 1, 6, False, False),
        ("first", 0, 6, False, False),
        ("exclusive", 1, 6, True, False),
        ("reverse", 1, 6, False, True),
        # A second length, for programs that are kept under a name without it.
        ("reverse-short", 1, 3, False, True),
        ("reverse-exclusive", 1, 5, True, True),
    ):
        book.add(
            f"op-cumsum-{variant}",
            cumsum,
            {"x": randn(4, length)},
            kind="sum",
            attrs={"axis": axis, "exclusive": exclusive, "reverse": reverse},
            about=f"running sum over axis {axis}",
        )
