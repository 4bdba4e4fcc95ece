"""PyTorch as a peer of the engine's benchmark: `python torch_peer.py matmul N` or `step METHOD MODE`.

The step is that of transformer_step.ts: 8 layers, width 512, 4 x 256 tokens, AdamW and gradient
clipping, float32; METHOD is full or lr-qat, MODE eager or compile. Prints one JSON object.
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
from torch import nn

DIM, LAYERS, HEADS, FEED, VOCABULARY, BATCH, TOKENS, RANK = 512, 8, 8, 1376, 8192, 4, 256, 32
WARM_UP, STEPS = 2, 7


class RoundClip(torch.autograd.Function):
    """clip(round(u)) with the straight-through gradient inside the closed range."""

    @staticmethod
    def forward(ctx, u, low, high):
        rounded = torch.round(u)
        codes = torch.clamp(rounded, low, high)
        ctx.save_for_backward(codes == rounded)
        return codes

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.saved_tensors[0], None, None


class Linear(nn.Module):
    def __init__(self, inputs, outputs, method):
        super().__init__()
        weight = torch.randn(outputs, inputs) / math.sqrt(inputs)
        self.method = method
        if method == "full":
            self.weight = nn.Parameter(weight)
            return
        scale = weight.abs().amax(1, keepdim=True) / 7
        codes = torch.round(16 * (weight / scale).clamp(-8, 7)).to(torch.int8)
        self.register_buffer("codes", codes)
        self.scale = nn.Parameter(scale)
        self.a = nn.Parameter(torch.zeros(outputs, RANK))
        self.b = nn.Parameter((torch.rand(RANK, inputs) * 2 - 1) / math.sqrt(inputs))

    def forward(self, x):
        if self.method == "full":
            return F.linear(x, self.weight)
        u = torch.addmm(self.codes.to(torch.float32) / 16, self.a, self.b, alpha=1 / RANK)
        return F.linear(x, self.scale * RoundClip.apply(u, -8.0, 7.0))


class Block(nn.Module):
    def __init__(self, method):
        super().__init__()
        square = lambda: Linear(DIM, DIM, method)
        self.q, self.k, self.v, self.o = square(), square(), square(), square()
        self.gate, self.up = Linear(DIM, FEED, method), Linear(DIM, FEED, method)
        self.down = Linear(FEED, DIM, method)

    def forward(self, x, cos, sin):
        def heads(linear, h):
            return linear(h).view(BATCH, TOKENS, HEADS, DIM // HEADS).transpose(1, 2)

        def rotate(u):
            low, high = u.chunk(2, -1)
            return u * cos + torch.cat([-high, low], -1) * sin

        h = F.rms_norm(x, (DIM,), eps=1e-5)
        q, k, v = rotate(heads(self.q, h)), rotate(heads(self.k, h)), heads(self.v, h)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(mixed.transpose(1, 2).reshape(BATCH, TOKENS, DIM))
        h = F.rms_norm(x, (DIM,), eps=1e-5)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self, method):
        super().__init__()
        self.register_buffer("embedding", torch.randn(VOCABULARY, DIM) * 0.02)
        self.register_buffer("head", torch.randn(VOCABULARY, DIM) * 0.02)
        self.blocks = nn.ModuleList(Block(method) for _ in range(LAYERS))
        head = DIM // HEADS
        frequencies = 10000 ** (-torch.arange(0, head, 2) / head)
        angles = torch.cat([torch.outer(torch.arange(TOKENS).float(), frequencies)] * 2, -1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, ids):
        x = F.embedding(ids[:, :-1], self.embedding)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        logits = F.linear(F.rms_norm(x, (DIM,), eps=1e-5), self.head)
        return F.cross_entropy(logits.reshape(-1, VOCABULARY), ids[:, 1:].reshape(-1))


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def matmul(size):
    a, b = torch.randn(size, size), torch.randn(size, size)
    times = []
    for _ in range(60):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return {"gflops": 2 * size**3 / statistics.median(times[10:]) / 1e9}


def step(method, mode):
    net = Llama(method)
    ids = torch.randint(0, VOCABULARY, (BATCH, TOKENS + 1))
    parameters = list(net.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.01)
    forward = torch.compile(net) if mode == "compile" else net
    rest = resident_bytes()
    times = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = forward(ids)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        loss.item()
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "milliseconds": 1e3 * statistics.median(times[WARM_UP:]),
        "firstSeconds": times[0],
        "peakMiB": (peak - rest) / 2**20,
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count())))
    what, *rest = sys.argv[1:]
    result = matmul(int(rest[0])) if what == "matmul" else step(*rest)
    print(json.dumps({**result, "version": torch.__version__}))
