"""Trains the tokenizer of brown-4m: byte-level BPE of 4,096 entries, on the Brown training split only.

    pip install tokenizers==0.23.3
    python make_tokenizer.py [FOLDER]

Written to FOLDER, by default the script's own: tokenizer.json and tokenizer_config.json, the same bytes in
every run. `deno` must be on the path: export_brown.ts gives the documents. Printed is, for each split, how many ids the
library makes of its documents joined by blank lines, and their SHA-256; the tests compare ours with it.

Entries: <|endoftext|> (id 0), which stands between documents as EOS and may stand in front of a text as
BOS; the 256 bytes; 3,839 merges. Pieces are GPT-2's (a word with the blank before it), and no normalizer
changes the text, so that every text comes back as it was.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys

# Before the import: worker threads have nothing to do with the result, but cost more than they give here.
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "0.23.3"
VOCABULARY = 4096
END = "<|endoftext|>"
CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": END,
    "eos_token": END,
    "add_bos_token": False,
    "clean_up_tokenization_spaces": False,
}


def documents(split):
    command = ["deno", "run", "--allow-env", "--allow-read", "export_brown.ts", "documents", split]
    lines = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE).stdout
    # Only the line feed ends a line of JSON; splitlines() would also cut at others.
    return [json.loads(line)["text"] for line in lines.decode().split("\n") if line]


def train(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[AddedToken(END, special=True, normalized=False)],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def main():
    if tokenizers.__version__ != VERSION:
        sys.exit(f"Cannot train the tokenizer: it needs tokenizers {VERSION}: here is {tokenizers.__version__}")
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    tokenizer = train(documents("train"))
    assert tokenizer.get_vocab_size() == VOCABULARY and tokenizer.token_to_id(END) == 0
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True) + "\n", newline="\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n", newline="\n")
    for split in ["train", "validation", "test"]:
        ids = tokenizer.encode("\n\n".join(documents(split)), add_special_tokens=False).ids
        print(split, len(ids), hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest())


main()
