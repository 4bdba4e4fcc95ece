"""PyTorch as a peer of the layers' benchmark: `python torch_layers_peer.py WHAT METHOD FORM TOKENS WIDTH LAYERS`.

WHAT is time (one layer's forward and backward pass) or memory (the peak of a stack of layers above
rest). METHOD is float, lsq, lr-qat (W4, a scale per channel, rank 32, fixed-point codes) or l4q (W4,
groups of 128, rank 4). FORM is stored or recomputed (a torch.autograd.Function written by hand), plain
(what autograd does by itself) or compiled (torch.compile of plain). Float32; threads come from
THREADS. Before anything is measured, the functions' gradients are compared with autograd's. Prints one
JSON object.
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
from torch.autograd import Function

QN, QP, POINT, GROUP = -8.0, 7.0, 16.0, 128
RANKS = {"lr-qat": 32, "l4q": 4}
LR_QAT, L4Q = 1 / RANKS["lr-qat"], 0.5 / RANKS["l4q"]
WARM_UP, REPEATS = 3, 15


def straight_through(value, u):
    return u + (value - u).detach()


def clip_round(ratio):
    clipped = ratio.clamp(QN, QP)
    return straight_through(clipped.round(), clipped)


def lsq_plain(x, weight, s):
    return F.linear(x, clip_round(weight / s) * s)


class Lsq(Function):
    @staticmethod
    def forward(ctx, x, weight, s, stores):
        codes = torch.div(weight, s).clamp_(QN, QP).round_()
        ctx.save_for_backward(x, weight, s, *([codes.to(torch.int8)] if stores else []))
        return F.linear(x, codes.mul_(s))

    @staticmethod
    def backward(ctx, dy):
        x, weight, s, *kept = ctx.saved_tensors
        ratio = weight / s
        codes = kept[0].float() if kept else ratio.clamp(QN, QP).round_()
        inside = (ratio >= QN) & (ratio <= QP)
        g = dy.T @ x
        ds = ratio.mul_(inside).neg_().add_(codes).mul_(g).sum(1, keepdim=True)
        return dy @ codes.mul_(s), g.mul_(inside), ds, None


def lr_qat_plain(x, a, b, s, phi):
    u = torch.addmm(phi.float() / POINT, a, b, alpha=LR_QAT)
    # What rounds to a code of the grid has a gradient.
    codes = straight_through(u.round().clamp(QN, QP), u.clamp(QN - 0.5, QP + 0.5))
    return F.linear(x, codes * s)


def lr_qat_marked(phi, a, b):
    # One beyond the grid stands for a code that was clipped.
    u = torch.addmm(phi.float().div_(POINT), a, b, alpha=LR_QAT)
    return u.round_().clamp_(QN - 1, QP + 1)


class LrQat(Function):
    @staticmethod
    def forward(ctx, x, a, b, s, phi, stores):
        marked = lr_qat_marked(phi, a, b)
        ctx.save_for_backward(x, a, b, s, marked.to(torch.int8) if stores else phi)
        ctx.stores = stores
        return F.linear(x, marked.clamp_(QN, QP).mul_(s))

    @staticmethod
    def backward(ctx, dy):
        x, a, b, s, kept = ctx.saved_tensors
        marked = kept.float() if ctx.stores else lr_qat_marked(kept, a, b)
        codes = marked.clamp(QN, QP)
        inside = marked == codes
        g = dy.T @ x
        ds = torch.mul(g, codes, out=marked).sum(1, keepdim=True)
        dx = dy @ codes.mul_(s)
        d = g.mul_(inside).mul_(s)
        return dx, (d @ b.T).mul_(LR_QAT), (a * LR_QAT).T @ d, ds, None, None


def l4q_plain(x, a, b, s, offset, weight):
    w = torch.addmm(weight, b, a, alpha=L4Q).view(*s.shape[:2], -1)
    codes = clip_round((w - offset) / s)
    return F.linear(x, (codes * s + offset).view_as(weight))


def l4q_ratio(weight, a, b, s, offset):
    w = torch.addmm(weight, b, a, alpha=L4Q).view(*s.shape[:2], -1)
    return w.sub_(offset).div_(s)


class L4q(Function):
    @staticmethod
    def forward(ctx, x, a, b, s, offset, weight):
        ctx.save_for_backward(x, a, b, s, offset, weight)
        codes = l4q_ratio(weight, a, b, s, offset).clamp_(QN, QP).round_()
        return F.linear(x, codes.mul_(s).add_(offset).view_as(weight))

    @staticmethod
    def backward(ctx, dy):
        x, a, b, s, offset, weight = ctx.saved_tensors
        ratio = l4q_ratio(weight, a, b, s, offset)
        inside = (ratio >= QN) & (ratio <= QP)
        codes = ratio.clamp(QN, QP).round_()
        g = (dy.T @ x).view_as(ratio)
        ds = ratio.mul_(inside).neg_().add_(codes).mul_(g).sum(-1, keepdim=True)
        doffset = torch.mul(g, ~inside, out=ratio).sum(-1, keepdim=True)
        dw = g.mul_(inside).view_as(weight)
        dx = dy @ codes.mul_(s).add_(offset).view_as(weight)
        return dx, (b * L4Q).T @ dw, (dw @ a.T).mul_(L4Q), ds, doffset, None


class Layer:
    """A layer's tensors: those that are trained, and those that are not."""

    def __init__(self, method, width):
        weight = torch.randn(width, width) / math.sqrt(width)
        s = weight.abs().amax(1, keepdim=True) / -QN * 0.9
        rank = RANKS.get(method, 0)
        down = (torch.rand(rank, width) * 2 - 1) / math.sqrt(width)
        up = torch.randn(width, rank) * 0.1
        self.method, self.frozen = method, []
        if method == "float":
            trained = [weight]
        elif method == "lsq":
            trained = [weight, s]
        elif method == "lr-qat":
            trained = [up, down, s]
            self.frozen = [(weight / s).clamp_(QN, QP).mul_(POINT).round_().to(torch.int8)]
        else:
            group = min(GROUP, width)
            s = weight.view(width, -1, group).abs().amax(-1, keepdim=True) / -QN * 0.9
            trained = [down, up.mul_(0.1), s, torch.full_like(s, 1e-3)]
            self.frozen = [weight]
        self.trained = [tensor.requires_grad_() for tensor in trained]

    def apply(self, x, form):
        if self.method == "float":
            return F.linear(x, *self.trained)
        if form in ("plain", "compiled"):
            plain = {"lsq": lsq_plain, "lr-qat": lr_qat_plain, "l4q": l4q_plain}[self.method]
            return plain(x, *self.trained, *self.frozen)
        if self.method == "l4q":
            return L4q.apply(x, *self.trained, *self.frozen)
        function = {"lsq": Lsq, "lr-qat": LrQat}[self.method]
        return function.apply(x, *self.trained, *self.frozen, form == "stored")


class Stack:
    """Layers behind each other, an input and a gradient of the output."""

    def __init__(self, method, form, tokens, width, layers):
        self.layers = [Layer(method, width) for _ in range(layers)]
        self.x = torch.randn(tokens, width).requires_grad_()
        self.dy = torch.randn(tokens, width)
        self.inputs = [self.x, *(tensor for layer in self.layers for tensor in layer.trained)]
        self.form = form
        self.forward = torch.compile(self.apply) if form == "compiled" else self.apply

    def apply(self, x):
        for layer in self.layers:
            x = layer.apply(x, self.form)
        return x

    def step(self):
        y = self.forward(self.x)
        return y, *torch.autograd.grad(y, self.inputs, self.dy)


def check_gradients(method, form):
    stack = Stack(method, form, tokens=32, width=64, layers=2)
    found = stack.step()
    stack.form = "plain"
    for value, expected in zip(found, stack.step(), strict=True):
        torch.testing.assert_close(value, expected, rtol=1e-3, atol=1e-4)


def measure_time(stack):
    wall, cpu = [], []
    for _ in range(WARM_UP + REPEATS):
        start, used = time.perf_counter(), time.process_time()
        stack.step()
        wall.append(1e3 * (time.perf_counter() - start))
        cpu.append(1e3 * (time.process_time() - used))
    return {
        "milliseconds": statistics.median(wall[WARM_UP:]),
        "fastest": min(wall[WARM_UP:]),
        "cpuMilliseconds": statistics.median(cpu[WARM_UP:]),
        "firstSeconds": wall[0] / 1e3,
    }


def resident_mib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_memory(stack):
    rest = resident_mib()
    stack.step()
    # From here on the system counts the peak anew.
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    stack.step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"restMiB": rest, "peakMiB": peak - rest}


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count())))
    what, name, kind, *sizes = sys.argv[1:]
    if name != "float" and kind in ("stored", "recomputed"):
        check_gradients(name, kind)
    subject = Stack(name, kind, *map(int, sizes))
    measured = measure_time(subject) if what == "time" else measure_memory(subject)
    print(json.dumps({**measured, "version": torch.__version__}))
