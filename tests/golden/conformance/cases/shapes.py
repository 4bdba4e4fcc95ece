"""Ops that move values, and look-ups by index."""

import torch

from cases.book import randn


def shape_cases(book):
    def move(name, fn, shape, about, attrs, **more):
        book.add(
            f"op-{name}",
            fn,
            {"x": randn(*shape)},
            kind=more.pop("kind", "exact"),
            attrs=attrs,
            about=about,
            **more,
        )

    move("reshape", lambda t, a: t["x"].reshape(a["shape"]), (2, 3, 4), "other shape", {"shape": [4, 6]})
    move(
        "reshape-scalar",
        lambda t, a: t["x"].reshape(a["shape"]),
        (1, 1),
        "one element to no axes",
        {"shape": []},
    )
    move("transpose-swap", lambda t, a: t["x"].permute(a["perm"]), (3, 5), "transpose", {"perm": [1, 0]})
    move(
        "transpose-heads",
        lambda t, a: t["x"].permute(a["perm"]),
        (2, 3, 4, 5),
        "transpose",
        {"perm": [0, 2, 1, 3]},
    )
    move(
        "transpose-cycle", lambda t, a: t["x"].permute(a["perm"]), (2, 3, 4), "transpose", {"perm": [2, 0, 1]}
    )
    move(
        "slice", lambda t, a: t["x"][1:3, :, 2:5], (4, 3, 6), "slice", {"begin": [1, 0, 2], "size": [2, 3, 3]}
    )
    move(
        "strided-slice",
        lambda t, a: {"y": t["x"][0:5:2, 1:6:3]},
        (5, 6),
        "every second row, every third column; no gradient in TF.js",
        {"begin": [0, 1], "end": [5, 6], "strides": [2, 3]},
        wrt=[],
    )
    move(
        "split",
        lambda t, a: torch.cat([t["x"].split(a["sizes"], a["axis"])[i] * (i + 1) for i in (2, 0)], a["axis"]),
        (3, 7),
        "parts 2 and 0 of a split, times 3 and 1, part 1 unused",
        {"sizes": [2, 1, 4], "axis": 1},
        kind="arithmetic",
    )
    move(
        "unstack",
        lambda t, a: t["x"].unbind(a["axis"])[2] * 2 - t["x"].unbind(a["axis"])[0],
        (3, 4, 2),
        "twice part 2 less part 0",
        {"axis": 1},
        kind="arithmetic",
    )
    move(
        "pad",
        lambda t, a: torch.nn.functional.pad(t["x"], (1, 2, 0, 1), value=a["value"]),
        (2, 3),
        "pad with a constant",
        {"paddings": [[0, 1], [1, 2]], "value": 0.5},
    )
    move("tile", lambda t, a: t["x"].repeat(a["repeats"]), (2, 3), "tile", {"repeats": [2, 3]}, kind="sum")
    move("reverse", lambda t, a: t["x"].flip(a["axis"]), (2, 3, 4), "reverse", {"axis": [0, 2]})
    move("expand-dims", lambda t, a: t["x"].unsqueeze(a["axis"]), (2, 3), "one axis more", {"axis": 1})
    move("squeeze", lambda t, a: t["x"].squeeze(a["axis"]), (2, 1, 3), "one axis less", {"axis": 1})
    parts = {"a": randn(2, 3), "b": randn(2, 1), "c": randn(2, 4)}
    book.add(
        "op-concat",
        lambda t, a: torch.cat([t["a"], t["b"], t["c"]], a["axis"]),
        parts,
        kind="exact",
        attrs={"axis": 1},
        about="concat",
    )
    parts = {"a": randn(2, 3), "b": randn(2, 3)}
    book.add(
        "op-stack",
        lambda t, a: torch.stack([t["a"], t["b"]], a["axis"]),
        parts,
        kind="exact",
        attrs={"axis": 1},
        about="stack",
    )


def lookup_cases(book):
    ids = torch.tensor([[3, 0, 3], [5, 3, 0]], dtype=torch.int32)
    book.add(
        "op-gather-embedding",
        lambda t, a: t["x"][t["indices"].long()],
        {"x": randn(6, 4), "indices": ids},
        kind="sum",
        attrs={"axis": 0},
        about="rows by index, some of them often",
    )
    book.add(
        "op-gather-columns",
        lambda t, a: t["x"][:, t["indices"].long()],
        {"x": randn(3, 6), "indices": ids[0]},
        kind="sum",
        attrs={"axis": 1},
        about="columns by index",
    )
    book.add(
        "op-segment-sum",
        lambda t, a: torch.zeros(a["segments"], 4, dtype=torch.float64).index_add(0, t["ids"].long(), t["x"]),
        {"x": randn(6, 4), "ids": torch.tensor([2, 0, 2, 2, 4, 0], dtype=torch.int32)},
        kind="sum",
        attrs={"segments": 5},
        about="sums of rows by number, segments 1 and 3 empty",
    )
    index = torch.tensor([[0, 1], [2, 3], [0, 1], [1, 0]], dtype=torch.int32)
    book.add(
        "op-gather-nd",
        lambda t, a: {"y": t["x"][t["indices"][:, 0].long(), t["indices"][:, 1].long()]},
        {"x": randn(3, 4, 2), "indices": index},
        kind="exact",
        wrt=[],
        about="slices by index; no gradient in TF.js",
    )

    def scatter(t, a):
        y = torch.zeros(a["shape"], dtype=torch.float64)
        return {
            "y": y.index_put_((t["indices"][:, 0].long(), t["indices"][:, 1].long()), t["x"], accumulate=True)
        }

    book.add(
        "op-scatter-nd",
        scatter,
        {"x": randn(4), "indices": index},
        kind="arithmetic",
        attrs={"shape": [3, 4]},
        wrt=[],
        about="values put by index, equal indices added",
    )
    book.add(
        "op-one-hot",
        lambda t, a: {"y": torch.nn.functional.one_hot(t["x"].long(), a["depth"]).float()},
        {"x": torch.tensor([[1, 0], [4, 2]], dtype=torch.int32)},
        kind="exact",
        attrs={"depth": 5},
        about="one-hot rows",
    )

    def topk(t, a):
        values, indices = t["x"].topk(a["k"])
        return {"values": values, "indices": indices}

    book.add(
        "op-topk",
        topk,
        {"x": randn(3, 8)},
        kind="exact",
        attrs={"k": 3},
        wrt=[],
        about="the 3 largest, sorted",
    )
