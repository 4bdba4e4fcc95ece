"""Writes cases in the format of `deno task golden`, and draws their inputs."""

import json
import os

import torch
from safetensors.torch import save_file

# Largest allowed |error| over the largest |value| of a tensor. Rounding once costs 6e-8. Measured on
# two cores, every backend stays below a third of these numbers; the rest is for other processors.
TOLERANCE = {
    # Values that are moved, compared, counted or rounded to a grid: no rounding error to excuse.
    "exact": None,
    # One IEEE operation or a few in a row; also gradients that add a handful of terms.
    "arithmetic": 5e-7,
    # exp, tanh, erf and the like: libraries use polynomials, and GPUs may be wrong by several units
    # in the last place.
    "approximated": 4e-6,
    # Sums of tens of products, in any order.
    "sum": 3e-6,
    # Several of the above in a row, with cancellation in the backward pass.
    "block": 1e-5,
}


class Book:
    """Collects cases and writes them."""

    def __init__(self, folder):
        self.folder = folder
        self.cases = []
        os.makedirs(folder, exist_ok=True)

    def add(self, name, fn, inputs, *, kind, about, attrs=None, wrt=None):
        """fn(tensors, attrs) gives y, or a dict of results. Gradients: of y, for the names in `wrt`
        (by default every float input that fn is given, none where fn gives a dict)."""
        attrs = attrs or {}
        wide = {k: v.double() if v.dtype == torch.float32 else v for k, v in inputs.items()}
        if wrt is None:
            wrt = [k for k, v in inputs.items() if v.dtype == torch.float32]
        for k in wrt:
            wide[k] = wide[k].clone().requires_grad_()
        out = fn(wide, attrs)
        results = {}
        if isinstance(out, dict):
            results = {k if k.startswith("grad.") else "out." + k: v for k, v in out.items()}
        else:
            results["out.y"] = out
            if wrt:
                gy = randn(*out.shape)
                inputs = {**inputs, "gy": gy}
                grads = torch.autograd.grad(
                    (out * gy.double()).sum(), [wide[k] for k in wrt], allow_unused=True
                )
                for k, g in zip(wrt, grads, strict=True):
                    results["grad." + k] = torch.zeros_like(wide[k]) if g is None else g
        tensors = {"in." + k: v for k, v in inputs.items()}
        tensors |= {k: narrow(v.detach()) for k, v in results.items()}
        self.write(name, tensors, kind, about, attrs)

    def write(self, name, tensors, kind, about, attrs):
        tensors = {k: v.contiguous().clone() for k, v in tensors.items()}
        file = name + ".safetensors"
        save_file(tensors, os.path.join(self.folder, file))
        entries = []
        for k, v in tensors.items():
            entry = {"name": k, "dtype": str(v.dtype).replace("torch.", ""), "shape": list(v.shape)}
            if not k.startswith("in."):
                exact = TOLERANCE[kind] is None or v.dtype != torch.float32
                entry["compare"] = "exact" if exact else "close"
                if not exact:
                    entry["tolerance"] = TOLERANCE[kind]
                    entry["max_abs"] = float(f"{v.abs().max().item():.6g}")
            entries.append(entry)
        case = {"name": name, "file": file, "about": about, "attributes": attrs, "tensors": entries}
        self.cases.append(case)

    def close(self):
        doc = {
            "title": "conformance of the engine's ops",
            "torch": torch.__version__.split("+")[0],
            "cases": self.cases,
        }
        with open(os.path.join(self.folder, "manifest.json"), "w") as f:
            # One case a line: a change of a case is a change of one line.
            lines = ",\n".join(json.dumps(case) for case in self.cases)
            head = json.dumps({k: v for k, v in doc.items() if k != "cases"})
            f.write(head[:-1] + ', "cases": [\n' + lines + "\n]}\n")


def narrow(v):
    return v.float() if v.dtype == torch.float64 else v.int() if v.dtype == torch.int64 else v


def randn(*shape, scale=1.0):
    return torch.randn(shape) * scale


def away_from_zero(*shape, least=0.2):
    v = torch.randn(shape)
    return torch.where(v < 0, v - least, v + least)


def positive(*shape, least=0.1):
    return torch.rand(*shape) * 2 + least


def integers(low, high, *shape, dtype=torch.int32):
    return torch.randint(low, high, shape, dtype=torch.int64).to(dtype)
