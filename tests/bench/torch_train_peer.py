"""PyTorch as a peer of the trainer's benchmark: `python torch_train_peer.py MODE STEPS`.

Trains every weight of the reference model of train_model.ts in float32: 8 layers, width 512, 4 x 256
tokens of which 4 x 255 are predicted, vocabulary 8192, gradient clipping, AdamW with decay on
matrices only. MODE is eager (AdamW as it comes), eager-fused (one kernel for the whole update) or
compile (torch.compile of the model, fused AdamW). Threads come from THREADS. Prints one JSON object.
"""

import json
import os
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

DIM, LAYERS, HEADS, FEED, VOCABULARY, ROWS, TOKENS = 512, 8, 8, 1376, 8192, 4, 256
HEAD, EPSILON, THETA = DIM // HEADS, 1e-5, 10000.0
WARM_UP = 2


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(DIM))

    def forward(self, x):
        return F.rms_norm(x, (DIM,), self.weight, EPSILON)


def linear(inputs, outputs):
    made = nn.Linear(inputs, outputs, bias=False)
    nn.init.normal_(made.weight, std=0.02)
    return made


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.feed_norm = Norm(), Norm()
        self.q, self.k, self.v, self.o = (linear(DIM, DIM) for _ in range(4))
        self.gate, self.up, self.down = linear(DIM, FEED), linear(DIM, FEED), linear(FEED, DIM)

    def forward(self, x, cos, sin):
        rows, tokens, _ = x.shape

        def heads(projection, h):
            return projection(h).view(rows, tokens, HEADS, HEAD).transpose(1, 2)

        def rotate(u):
            low, high = u.chunk(2, -1)
            return u * cos + torch.cat([-high, low], -1) * sin

        h = self.attention_norm(x)
        q, k, v = rotate(heads(self.q, h)), rotate(heads(self.k, h)), heads(self.v, h)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.o(mixed.transpose(1, 2).reshape(rows, tokens, DIM))
        h = self.feed_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, DIM)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.head = Norm(), linear(DIM, VOCABULARY)
        frequencies = 1 / THETA ** (torch.arange(0, HEAD, 2) / HEAD)
        angles = torch.cat([torch.outer(torch.arange(TOKENS).float(), frequencies)] * 2, -1)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, ids):
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        logits = self.head(self.norm(x)[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def train(mode, steps):
    net = Llama()
    parameters = list(net.parameters())
    groups = [
        dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.1),
        dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0.0),
    ]
    fused = None if mode == "eager" else True
    optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.95), eps=1e-8, fused=fused)
    forward = torch.compile(net) if mode == "compile" else net
    ids = torch.randint(0, VOCABULARY, (ROWS, TOKENS))
    rest = resident_bytes()
    times, losses = [], []
    for _ in range(WARM_UP + steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = forward(ids)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item())
        times.append(time.perf_counter() - start)
    seconds = statistics.median(times[WARM_UP:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "tokensPerSecond": ROWS * TOKENS / seconds,
        "milliseconds": 1e3 * seconds,
        "firstSeconds": times[0],
        "peakMiB": (peak - rest) / 2**20,
        "trainable": sum(p.numel() for p in parameters),
        "loss": losses[-1],
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count())))
    what, count = sys.argv[1:]
    if what not in ("eager", "eager-fused", "compile"):
        raise SystemExit(f"error: MODE must be eager, eager-fused or compile: '{what}'")
    print(json.dumps({**train(what, int(count)), "version": torch.__version__}))
