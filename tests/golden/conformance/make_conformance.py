"""Conformance vectors for the engine's ops: forward values and gradients from PyTorch.

    python make_conformance.py [OUTDIR]        # torch 2.15, numpy, safetensors

Writes manifest.json and one .safetensors file a case, in the format of `deno task golden`: inputs
"in.*", results "out.*", and gradients "grad.*" of sum(y * in.gy). Inputs are float32 numbers; results
are computed in float64 and rounded once, so they are nobody's float32 approximation.

A case's name is "op-FAMILY" or "op-FAMILY-VARIANT"; what differs inside a family stands in the
attributes, never in the name alone.
"""

import os
import sys
import zlib

import torch

from cases.blocks import block_cases
from cases.book import Book
from cases.clips import clip_cases
from cases.element_types import bit_cases, cast_cases
from cases.elementwise import binary_cases, comparison_cases, unary_cases
from cases.matrices import matrix_cases, reduction_cases
from cases.shapes import lookup_cases, shape_cases
from cases.updates import update_cases

GROUPS = (
    unary_cases,
    binary_cases,
    comparison_cases,
    clip_cases,
    matrix_cases,
    reduction_cases,
    shape_cases,
    lookup_cases,
    block_cases,
    update_cases,
    bit_cases,
    cast_cases,
)


def main(folder):
    torch.set_num_threads(1)
    book = Book(folder)
    for group in GROUPS:
        # A seed a group: a new case leaves the other groups' files as they are.
        torch.manual_seed(zlib.crc32(group.__name__.encode()))
        group(book)
    book.close()
    print(len(book.cases), "cases")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
