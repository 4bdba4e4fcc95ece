"""Bits, and casts between element types."""

import math

import torch

from cases.book import integers, randn


def bit_cases(book):
    fns = {"and": torch.bitwise_and, "or": torch.bitwise_or, "xor": torch.bitwise_xor}
    full = (-(2**31), 2**31)
    for name, fn in fns.items():
        for dtype, (low, high) in {"int32": full, "int8": (-128, 128), "uint8": (0, 256)}.items():
            d = getattr(torch, dtype)
            book.add(
                f"op-bitwise-{name}-{dtype}",
                lambda t, _, fn=fn: {"y": fn(t["a"], t["b"])},
                {"a": integers(low, high, 3, 5, dtype=d), "b": integers(low, high, 3, 1, dtype=d)},
                kind="exact",
                about=f"bitwise {name}",
            )
    for name, fn in (("left", torch.bitwise_left_shift), ("right", torch.bitwise_right_shift)):
        # A byte's high bits are not shifted out: backends without the type hold it in 32 bits.
        for dtype, (low, high) in {"int32": full, "uint8": (0, 2 if name == "left" else 256)}.items():
            d = getattr(torch, dtype)
            book.add(
                f"op-shift-{name}-{dtype}",
                lambda t, _, fn=fn: {"y": fn(t["a"], t["b"])},
                {"a": integers(low, high, 3, 5, dtype=d), "b": integers(0, 8, 5, dtype=d)},
                kind="exact",
                about=f"shift {name}",
            )

    def pack(t, a):
        low, high = (t["codes"][:, i::2].int() & 15 for i in (0, 1))
        return {"packed": (low | (high << 4)).to(torch.uint8), "codes": t["codes"]}

    book.add(
        "op-nibbles",
        pack,
        {"codes": integers(-8, 8, 3, 10, dtype=torch.int8)},
        kind="exact",
        about="pairs of 4-bit codes to bytes, low nibble first, and back with their signs",
    )


def cast_cases(book):
    def cast(t, a):
        y = t["x"].float().to(getattr(torch, a["torch"]))
        # float8 values are stored widened, not every reader knows the types.
        y = y.float() if "float8" in a["torch"] else y
        if a["dtype"] == "float8e4m3fn":
            # It has no infinity: TensorFlow and the type's definition give NaN above the last tie, torch the
            # largest number.
            y = torch.where(t["x"].abs() > 464, math.nan, y)
        return {"y": y, "grad.x": t["gy"].float()}

    base = torch.tensor([0.0, -0.0, 1.0, -1.0, 1 / 3, 1e-3, -65504.0, 3.0e-5, math.inf, -math.inf, math.nan])
    extremes = {
        # Ties at 11, 8, 4 and 3 bits of precision, the smallest subnormals, and the edge of overflow.
        "float16": [2049.0, 2051.0, 65519.0, 65520.0, 2.0**-24, 2.0**-25, 1.5 * 2.0**-24, 1e-7, 6.1e-5],
        "bfloat16": [257.0, 259.0, 3.39e38, 1e-30, 1.00390625, 1.01171875],
        "float8e4m3fn": [17.0, 19.0, 448.0, 464.0, 465.0, 2.0**-9, 2.0**-10, 1.5 * 2.0**-9, 1e-2],
        "float8e5m2": [9.0, 11.0, 57344.0, 61439.0, 61440.0, 2.0**-16, 2.0**-17, 1.5 * 2.0**-16, 1e-4],
    }
    for dtype, torch_name in {
        "float16": "float16",
        "bfloat16": "bfloat16",
        "float8e4m3fn": "float8_e4m3fn",
        "float8e5m2": "float8_e5m2",
    }.items():
        x = torch.cat(
            [base, torch.tensor(extremes[dtype]), randn(20), randn(20, scale=100), randn(20, scale=1e-3)]
        )
        book.add(
            f"op-cast-{dtype}",
            cast,
            {"x": x, "gy": randn(*x.shape)},
            kind="exact",
            attrs={"dtype": dtype, "torch": torch_name},
            wrt=[],
            about=f"float32 to {dtype}, half to even; the gradient passes",
        )
    for dtype, (low, high) in {"int8": (-128, 128), "uint8": (0, 256), "int4": (-8, 8)}.items():
        d = torch.int8 if dtype == "int4" else getattr(torch, dtype)
        # Fractions are cut; the values stay inside the type, where every library agrees.
        codes = integers(low, high, 40).float()
        x = torch.where(codes.abs() >= 1, codes - torch.sign(codes) * torch.rand(40) * 0.9, codes)
        book.add(
            f"op-cast-{dtype}-from-float",
            lambda t, a, d=d: {"y": torch.trunc(t["x"]).to(d)},
            {"x": x},
            kind="exact",
            attrs={"dtype": dtype},
            wrt=[],
            about=f"float32 to {dtype}, towards zero",
        )

        def wrap(t, a, low=low, high=high, d=d):
            return {"y": ((t["x"] - low) % (high - low) + low).to(d)}

        book.add(
            f"op-cast-{dtype}-from-int32",
            wrap,
            {"x": integers(-600, 600, 40)},
            kind="exact",
            attrs={"dtype": dtype},
            wrt=[],
            about=f"int32 to {dtype}, wrapping around",
        )
        x = integers(low, high, 5, 8)
        book.add(
            f"op-dequantize-{dtype}",
            lambda t, a: {"y": t["x"].float() * t["s"].float()},
            {"x": x, "s": 2.0 ** integers(-4, 1, 5, 1).float()},
            kind="exact",
            attrs={"dtype": dtype},
            wrt=[],
            about=f"int32 to {dtype} to float32, times a scale",
        )
    for dtype in ("float16", "bfloat16", "int8", "uint8"):
        d = getattr(torch, dtype)
        x = (randn(4, 6) * 30).abs().to(d)
        book.add(
            f"op-cast-float32-from-{dtype}",
            lambda t, a: {"y": t["x"].float()},
            {"x": x},
            kind="exact",
            attrs={"dtype": "float32"},
            wrt=[],
            about=f"{dtype} to float32",
        )
    book.add(
        "op-cast-bool",
        lambda t, a: {"y": t["x"] != 0},
        {"x": integers(-1, 2, 12).float()},
        kind="exact",
        attrs={"dtype": "bool"},
        wrt=[],
        about="float32 to bool",
    )
