"""Measures n-gram models of brown-4m's tokens, the baseline that the transformer is compared with.

    pip install kenlm==0.3.0
    pip download --no-binary kenlm --no-deps kenlm==0.3.0
    tar xzf kenlm-0.3.0.tar.gz
    cmake -S kenlm-0.3.0 -B kenlm -DCMAKE_BUILD_TYPE=Release -DENABLE_INTERPOLATE=OFF
    make -C kenlm lmplz                        # needs Boost; CMake 3.25 and Boost 1.74 were used
    python make_ngram_baseline.py kenlm/bin/lmplz

Written is ngram_baseline.json beside this script. The models are KenLM's: modified Kneser-Ney, interpolated,
not pruned, discounts from the counts, estimated on the training split alone. What a perplexity depends on:

joining   how documents become one row of tokens, in training and in scoring: "text" is perplexity()'s
          way, a blank line between them; "packed" is encodeDocuments()'s, EOS after each
protocol  "blocks of N": perplexity()'s way, N tokens without overlap, each block on its own, the first
          token of a block not scored, the remainder dropped; "stream": the context never ends, and all
          tokens but the first are scored
"""

import hashlib
import importlib.metadata
import itertools
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import kenlm

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "0.3.0"
VOCABULARY = 4096
# KenLM counts <s>, </s> and <unk> too; with this padding <unk> has the probability of one token never seen.
PADDED = VOCABULARY + 3
ORDERS = [1, 3, 5]
BLOCKS = [128, 256, 512]
SPLITS = ["train", "validation", "test"]
# Trained on, scored on. The last is what a model that learned from packed documents meets in perplexity().
JOININGS = [("text", "text"), ("packed", "packed"), ("packed", "text")]


def tokens(joining, split):
    command = ["deno", "run", "--allow-env", "--allow-read", "export_brown.ts", joining, split]
    return subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE).stdout.decode().split()


def estimate(lmplz, words, order, folder):
    """Returns the path of the model in ARPA's text form. The whole row of tokens is one line, one sentence."""
    arpa = f"{folder}/{order}.arpa"
    command = [lmplz, "-o", str(order), "-S", "1G", "-T", f"{folder}/", "--vocab_pad", str(PADDED), "--arpa", arpa]
    subprocess.run(command, input=f"{' '.join(words)}\n".encode(), check=True, stderr=subprocess.DEVNULL)
    return arpa


class Unigram:
    """KenLM estimates models of one token but does not read them."""

    def __init__(self, arpa):
        lines = itertools.dropwhile(lambda line: line != "\\1-grams:", pathlib.Path(arpa).read_text().split("\n"))
        rows = [line.split("\t") for line in lines if "\t" in line]
        self.logs = {word: float(log) for log, word, *_ in rows}

    def losses(self, words):
        return [-math.log(10) * self.logs.get(word, self.logs["<unk>"]) for word in words]


class Ngram:
    def __init__(self, arpa):
        self.model = kenlm.Model(arpa)

    def losses(self, words):
        """The negative log-likelihood of each token in nats, with the tokens before it in `words` as context."""
        before, after = kenlm.State(), kenlm.State()
        self.model.NullContextWrite(before)
        losses = []
        for word in words:
            losses.append(-math.log(10) * self.model.BaseScore(before, word, after))
            before, after = after, before
        return losses


def require_distribution(model, words):
    """A model whose probabilities do not add up to 1 would have a perplexity that means nothing."""
    for start in range(0, len(words) - 5, len(words) // 5):
        context = words[start : start + 4]
        ids = [*map(str, range(VOCABULARY)), "</s>"]
        total = sum(math.exp(-model.losses([*context, word])[-1]) for word in ids)
        assert abs(total - 1) < 1e-3, f"the probabilities after {context} add up to {total}"


def perplexity(losses):
    return round(math.exp(math.fsum(losses) / len(losses)), 4)


def score(model, words):
    """The perplexity by protocol."""
    result = {"stream": perplexity(model.losses(words)[1:])}
    for block in BLOCKS:
        starts = range(0, len(words) - block + 1, block)
        losses = [model.losses(words[start : start + block])[1:] for start in starts]
        result[f"blocks of {block}"] = perplexity([*itertools.chain(*losses)])
    return result


def measure(lmplz, rows):
    with tempfile.TemporaryDirectory() as folder:
        for order, trained in itertools.product(ORDERS, rows):
            arpa = estimate(lmplz, rows[trained]["train"], order, folder)
            model = Unigram(arpa) if order == 1 else Ngram(arpa)
            require_distribution(model, rows[trained]["test"])
            for scored in [scored for way, scored in JOININGS if way == trained]:
                perplexities = {split: score(model, rows[scored][split]) for split in SPLITS[1:]}
                yield {"order": order, "trained": trained, "scored": scored, "perplexity": perplexities}


def main():
    if importlib.metadata.version("kenlm") != VERSION:
        sys.exit(f"Cannot measure the baseline: it needs kenlm {VERSION}")
    rows = {joining: {split: tokens(joining, split) for split in SPLITS} for joining in ["text", "packed"]}
    report = {
        "command": "python make_ngram_baseline.py kenlm/bin/lmplz",
        "tool": f"kenlm {VERSION}: lmplz --vocab_pad {PADDED}, modified Kneser-Ney, interpolated, not pruned",
        "corpus": "brown",
        "tokenizerSha256": hashlib.sha256((HERE / "tokenizer.json").read_bytes()).hexdigest(),
        "tokens": {joining: {split: len(row) for split, row in of.items()} for joining, of in rows.items()},
        "results": [*measure(sys.argv[1], rows)],
    }
    (HERE / "ngram_baseline.json").write_text(json.dumps(report, indent=2) + "\n", newline="\n")


main()
