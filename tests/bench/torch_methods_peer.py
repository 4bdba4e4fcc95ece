"""PyTorch as a peer of the methods' benchmark: `python torch_methods_peer.py METHOD FORM STEPS`.

Trains a model of SmolLM2-135M's shape, tied embedding, on 1 x 512 random tokens: the linear layers of
the blocks as torch_layers_peer.py has them, clipping by the common norm, AdamW. METHOD is lr-qat or lsq
(W4 here, whose bits change no time). FORM is recomputed (a torch.autograd.Function written by hand, whose
backward makes the codes again), plain (what autograd does by itself) or compiled (torch.compile of
plain). Float32; threads come from THREADS. Prints one JSON object.
"""

import json
import math
import os
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch_layers_peer import QN, POINT, RANKS, LrQat, Lsq, lr_qat_plain, lsq_plain, resident_mib

DIM, LAYERS, HEADS, KEYS, FEED, VOCABULARY, TOKENS = 576, 30, 9, 3, 1536, 49152, 512
HEAD, EPSILON, THETA = DIM // HEADS, 1e-5, 100000.0
WARM_UP = 2
FORMS = ("recomputed", "plain", "compiled")


class Linear(torch.nn.Module):
    """A layer under a method: `[O, I]` weights from a seed, trained tensors as parameters."""

    def __init__(self, method, form, inputs, outputs):
        super().__init__()
        weight = torch.randn(outputs, inputs) / math.sqrt(inputs)
        s = weight.abs().amax(1, keepdim=True) / -QN * 0.9
        self.method, self.form = method, form
        self.s = torch.nn.Parameter(s)
        if method == "lsq":
            self.weight = torch.nn.Parameter(weight)
            return
        rank = RANKS[method]
        self.a = torch.nn.Parameter(torch.zeros(outputs, rank))
        self.b = torch.nn.Parameter((torch.rand(rank, inputs) * 2 - 1) / math.sqrt(inputs))
        codes = (weight / s).clamp_(QN, -QN - 1).mul_(POINT).round_().to(torch.int8)
        self.register_buffer("phi", codes)

    def forward(self, x):
        if self.method == "lsq":
            given = (x, self.weight, self.s)
            return Lsq.apply(*given, False) if self.form == "recomputed" else lsq_plain(*given)
        given = (x, self.a, self.b, self.s, self.phi)
        return LrQat.apply(*given, False) if self.form == "recomputed" else lr_qat_plain(*given)


class Block(torch.nn.Module):
    def __init__(self, method, form):
        super().__init__()
        shapes = dict(q=(DIM, DIM), k=(DIM, KEYS * HEAD), v=(DIM, KEYS * HEAD), o=(DIM, DIM))
        shapes |= dict(gate=(DIM, FEED), up=(DIM, FEED), down=(FEED, DIM))
        for name, (inputs, outputs) in shapes.items():
            setattr(self, name, Linear(method, form, inputs, outputs))
        self.register_buffer("norms", torch.ones(2, DIM))

    def forward(self, x, cos, sin):
        def heads(y, count):
            return y.view(TOKENS, count, HEAD).transpose(0, 1)

        def rotate(u):
            low, high = u.chunk(2, -1)
            return u * cos + torch.cat([-high, low], -1) * sin

        h = F.rms_norm(x, (DIM,), self.norms[0], EPSILON)
        q, k = rotate(heads(self.q(h), HEADS)), rotate(heads(self.k(h), KEYS))
        v = heads(self.v(h), KEYS)
        mixed = F.scaled_dot_product_attention(
            q[None], k[None], v[None], is_causal=True, enable_gqa=True
        )[0]
        x = x + self.o(mixed.transpose(0, 1).reshape(TOKENS, DIM))
        h = F.rms_norm(x, (DIM,), self.norms[1], EPSILON)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(torch.nn.Module):
    def __init__(self, method, form):
        super().__init__()
        self.register_buffer("embedding", torch.randn(VOCABULARY, DIM) * 0.02)
        self.register_buffer("norm", torch.ones(DIM))
        self.blocks = torch.nn.ModuleList(Block(method, form) for _ in range(LAYERS))
        frequencies = 1 / THETA ** (torch.arange(0, HEAD, 2) / HEAD)
        angles = torch.cat([torch.outer(torch.arange(TOKENS).float(), frequencies)] * 2, -1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, ids):
        x = F.embedding(ids, self.embedding)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        logits = F.rms_norm(x, (DIM,), self.norm, EPSILON)[:-1] @ self.embedding.T
        return F.cross_entropy(logits, ids[1:])


def train(method, form, steps):
    model = Model(method, form)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.0)
    forward = torch.compile(model) if form == "compiled" else model
    ids = torch.randint(0, VOCABULARY, (TOKENS,))
    rest = resident_mib()
    times, losses = [], []
    for index in range(WARM_UP + steps):
        if index == WARM_UP:
            # From here on the system counts the peak anew.
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = forward(ids)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item())
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": statistics.median(times[WARM_UP:]),
        "firstSeconds": times[0],
        "peakMiB": peak - rest,
        "trainable": sum(p.numel() for p in parameters),
        "firstLoss": losses[0],
        "lastLoss": losses[-1],
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count())))
    name, kind, count = sys.argv[1:]
    if kind not in FORMS:
        raise SystemExit(f"error: FORM must be one of {FORMS}: '{kind}'")
    print(json.dumps({**train(name, kind, int(count)), "version": torch.__version__}))
