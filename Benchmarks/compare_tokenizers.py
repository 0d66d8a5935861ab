"""Trains and encodes with Swiftlet and with the peers that are installed, in turn, on one file.

    python Benchmarks/compare_tokenizers.py FILE [--vocab 32768] [--rounds 3]

Peers: gigatoken, rustbpe, tiktoken and Hugging Face's tokenizers. All start cold in a process of
their own, so that nothing is remembered from round to round; the best of the rounds counts. The
documents are lines gathered to about 10 kB. All but rustbpe (whose pattern is GPT-4's) use GPT-2's
pattern, and encode with the tokenizer that Swiftlet trained.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

TOOL = os.environ.get("SWIFTLET", os.path.join(os.path.dirname(__file__), "../.build/release/swiftlet"))
GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"""


def documents(path):
    gathered, size = [], 0
    for line in open(path, "rb"):
        gathered.append(line)
        size += len(line)
        if size > 10_000:
            yield b"".join(gathered)
            gathered, size = [], 0
    yield b"".join(gathered)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peer(name, path, vocab, tokenizer):
    """One measurement, in seconds; runs in a process of its own."""
    if name == "train gigatoken":
        import gigatoken

        return seconds(lambda: gigatoken.train_bpe(path, vocab, ["<|endoftext|>"]))
    texts = [d.decode() for d in documents(path)]
    if name == "train rustbpe":
        import rustbpe

        return seconds(lambda: rustbpe.Tokenizer().train_from_iterator(iter(texts), vocab))
    if name == "train tokenizers":
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers

        peer = Tokenizer(models.BPE())
        peer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer = trainers.BpeTrainer(
            vocab_size=vocab, special_tokens=["<|endoftext|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
        return seconds(lambda: peer.train_from_iterator(iter(texts), trainer))
    if name.startswith("encode gigatoken"):
        import gigatoken

        peer, raw = gigatoken.Tokenizer(tokenizer), [t.encode() for t in texts]
        return seconds(lambda: peer.encode_batch(raw, parallel=name.endswith("all")))
    if name == "encode tiktoken, 1":
        import tiktoken

        model = json.load(open(tokenizer))["model"]["vocab"]
        visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
        hidden = [b for b in range(256) if b not in visible]
        byte = {chr(b): b for b in visible} | {chr(256 + i): b for i, b in enumerate(hidden)}
        ranks = {bytes(byte[c] for c in t): i for t, i in model.items() if t != "<|endoftext|>"}
        peer = tiktoken.Encoding("x", pat_str=GPT2, mergeable_ranks=ranks, special_tokens={})
        return seconds(lambda: [peer.encode_ordinary(t) for t in texts])
    if name == "encode tokenizers, all":
        from tokenizers import Tokenizer

        peer = Tokenizer.from_file(tokenizer)
        return seconds(lambda: peer.encode_batch_fast(texts))
    raise ValueError(name)


def ours(path, vocab, tokenizer):
    command = [TOOL, "tokenizer", "train", path, "--vocab-size", str(vocab), "--special", "<|endoftext|>",
               "--out", tokenizer, "--quiet"]
    train = seconds(lambda: subprocess.run(command, check=True))
    report = subprocess.run([TOOL, "tokenizer", "benchmark", "--tokenizer", tokenizer, path, "--json"],
                            check=True, capture_output=True)
    report = json.loads(report.stdout)
    size = report["bytes"] / 1e6
    return {
        "train swiftlet": train,
        "encode swiftlet, 1": size / report["encode_1_thread_mb_per_second"],
        "encode swiftlet, all": size / report["encode_mb_per_second"],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--vocab", type=int, default=32768)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--tokenizer", help=argparse.SUPPRESS)
    parser.add_argument("--skip", default="", help="peers to leave out, such as tokenizers")
    options = parser.parse_args()
    if options.peer:
        print(peer(options.peer, options.file, options.vocab, options.tokenizer))
        return
    peers = ["train gigatoken", "train rustbpe", "train tokenizers", "encode gigatoken, 1",
             "encode gigatoken, all", "encode tiktoken, 1", "encode tokenizers, all"]
    peers = [p for p in peers if not any(s and s in p for s in options.skip.split(","))]
    best = {}
    with tempfile.TemporaryDirectory() as directory:
        tokenizer = os.path.join(directory, "tokenizer.json")
        for _ in range(options.rounds):
            times = ours(options.file, options.vocab, tokenizer)
            for name in peers:
                run = subprocess.run(
                    [sys.executable, __file__, options.file, "--vocab", str(options.vocab), "--peer", name,
                     "--tokenizer", tokenizer], capture_output=True, text=True)
                if run.returncode == 0:
                    times[name] = float(run.stdout.strip().splitlines()[-1])
            for name, time_taken in times.items():
                best[name] = min(best.get(name, time_taken), time_taken)
    size = os.path.getsize(options.file) / 1e6
    for name in sorted(best, key=lambda n: (n.split()[0], n.split(",")[-1] if "," in n else "", best[n])):
        print(f"{name:26s} {size / best[name]:8.1f} MB/s")


if __name__ == "__main__":
    main()
