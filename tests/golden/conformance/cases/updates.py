"""Optimizer steps."""

import torch

from cases.book import positive, randn


def update_cases(book):
    def adamw(t, a):
        b1, b2 = a["betas"]
        p, m, v = (
            t["p"] * (1 - a["lr"] * a["weight_decay"]),
            b1 * t["m"] + (1 - b1) * t["g"],
            b2 * t["v"] + (1 - b2) * t["g"] ** 2,
        )
        step = (m / (1 - b1 ** a["step"])) / (torch.sqrt(v / (1 - b2 ** a["step"])) + a["eps"])
        return {"p": p - a["lr"] * step, "m": m, "v": v}

    attrs = {"lr": 1e-2, "betas": [0.9, 0.95], "eps": 1e-8, "weight_decay": 0.1, "step": 3}
    book.add(
        "op-adamw",
        adamw,
        {"p": randn(4, 5), "g": randn(4, 5), "m": randn(4, 5, scale=0.1), "v": positive(4, 5, least=0.01)},
        kind="arithmetic",
        attrs=attrs,
        wrt=[],
        about="one AdamW update",
    )

    def descent(t, a):
        w, losses = t["w"].clone(), []
        for _ in range(a["steps"]):
            w = w.detach().requires_grad_()
            loss = ((t["x"] @ w - t["target"]) ** 2).mean()
            losses.append(loss.detach())
            w = w - a["lr"] * torch.autograd.grad(loss, w)[0]
        return {"w": w, "losses": torch.stack(losses)}

    book.add(
        "op-variable-step",
        descent,
        {"x": randn(6, 4), "w": randn(4, 3), "target": randn(6, 3)},
        kind="block",
        attrs={"lr": 0.1, "steps": 4},
        wrt=[],
        about="four steps of one function that updates a variable in place",
    )
