"""Compares the built program with Hugging Face's tokenizers and with tiktoken on any text.

    python compare.py FILE [FILE ...] [--vocab 8192] [--random 200000]

For every pattern: merges and ids of a tokenizer that both train on the files, and tiktoken's ids by
the same ranks. `--random` adds text of that many random characters with few rules to it. Prints what
differs, and ends with status 1 then. Needs the packages of generate.py.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

import tiktoken
from tokenizers import Tokenizer

import generate

TOOL = os.environ.get(
    "SWIFTLET", os.path.join(os.path.dirname(__file__), "../../../.build/release/swiftlet")
)


def random_text(count):
    generator = random.Random(5)
    # Later versions of Unicode may classify unassigned characters otherwise.
    assigned = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Cs")]
    near = [c for c in assigned if ord(c) < 0x3000]
    text = []
    for _ in range(count):
        kind = generator.random()
        pool = generate.CELLS if kind < 0.6 else near if kind < 0.8 else assigned
        text.append(generator.choice(pool))
    return "".join(text)


def run(*arguments, text=b""):
    return subprocess.run([TOOL, "tokenizer", *arguments], input=text, capture_output=True, check=True).stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--vocab", type=int, default=8192)
    parser.add_argument("--random", type=int, default=200_000)
    options = parser.parse_args()
    text = "".join(open(file, encoding="utf-8", newline="").read() for file in options.files)
    fuzz = random_text(options.random)
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        corpus, path = os.path.join(directory, "corpus.txt"), os.path.join(directory, "t.json")
        open(corpus, "w", encoding="utf-8", newline="").write(text)
        for name, pattern in generate.PATTERNS.items():
            case = {
                "pre_tokenizer": name, "vocabulary_size": options.vocab, "normalization": "none",
                "specials": ["<|endoftext|>"], "minimum_frequency": 0, "maximum_token_length": None,
                "lines": False,
            }
            theirs = json.loads(generate.train([text], case).to_str())["model"]
            run("train", corpus, "--pre-tokenizer", name, "--vocab-size", str(options.vocab),
                "--special", "<|endoftext|>", "--out", path, "--quiet")
            ours = json.load(open(path, encoding="utf-8"))["model"]
            same = {"merges": ours["merges"] == theirs["merges"], "vocabulary": ours["vocab"] == theirs["vocab"]}
            peer = Tokenizer.from_file(path)
            visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
            hidden = [b for b in range(256) if b not in visible]
            byte = {chr(b): b for b in visible} | {chr(0x100 + i): b for i, b in enumerate(hidden)}
            ranks = {
                bytes(byte[c] for c in token): id for token, id in ours["vocab"].items() if token != "<|endoftext|>"
            }
            tik = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
            for kind, sample in (("text", text), ("random", fuzz)):
                ids = list(map(int, run("encode", "--tokenizer", path, "--whole", text=sample.encode()).split()))
                same[f"ids of {kind}, tokenizers"] = ids == peer.encode(sample, add_special_tokens=False).ids
                same[f"ids of {kind}, tiktoken"] = ids == tik.encode_ordinary(sample)
                same[f"bytes of {kind}"] = tik.decode_bytes(ids) == sample.encode()
            wrong = [what for what, holds in same.items() if not holds]
            failures += len(wrong)
            print(f"{name:8s} {len(ours['merges'])} merges, {len(text.encode())} bytes:", "differs: " + ", ".join(wrong) if wrong else "the same", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
