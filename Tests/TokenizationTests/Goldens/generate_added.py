"""Records what Hugging Face's tokenizers do with added tokens, for the tests beside this directory.

    python generate_added.py [CASES]

added.json        ids and places of texts with added tokens of all kinds, by models that no trainer made
collisions.json   vocabularies and merges of its BpeTrainer where special tokens are spelled like tokens

With a number, that many collisions are trained by the built program too and compared, and nothing is written.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

import generate

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
CONTENTS = ["<a>", "<a><b>", "<b>", "a>", "ab", "b", "é", "e\u0301", " ", "  ", "<m>", "word", "\ufb01", "fi", "中", "\n"]
CELLS = CONTENTS + ["a", "b", "<", ">", " ", " ", "\n", "\t", "\u3000", "_", "1", "½", "Ⅵ", "Ⓐ", "\u200d", "e", "\u0301", "x", "é"]


def added():
    generator = random.Random(40)
    cases = []
    while len(cases) < 60:
        contents = generator.sample(CONTENTS, generator.randint(1, 5))
        tokens = [
            AddedToken(
                content,
                # One letter that is also how a byte is spelled would stand for two texts; Swiftlet refuses it.
                special=content == "é" or generator.random() < 0.4,
                normalized=generator.random() < 0.5,
                lstrip=generator.random() < 0.3,
                rstrip=generator.random() < 0.3,
                single_word=generator.random() < 0.3,
            )
            for content in contents
        ]
        tokenizer = Tokenizer(models.BPE({c: i for i, c in enumerate(ALPHABET)}, []))
        normal = generator.choice(["none", "none", "nfc", "nfkc"])
        if normal != "none":
            tokenizer.normalizer = {"nfc": normalizers.NFC, "nfkc": normalizers.NFKC}[normal]()
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
        tokenizer.decoder = decoders.ByteLevel()
        for token in tokens:
            (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
        texts, results = [], []
        while len(texts) < 12:
            text = "".join(generator.choice(CELLS) for _ in range(generator.randint(1, 14)))
            record = []
            try:
                for plain in (False, True):
                    tokenizer.encode_special_tokens = plain
                    encoding = tokenizer.encode(text, add_special_tokens=False)
                    record += [encoding.ids, [n for pair in encoding.offsets for n in pair]]
            except BaseException:
                # It gives up where a token takes back what the one before took.
                continue
            texts.append(text)
            results.append(record)
        tokenizer.encode_special_tokens = False
        file = json.loads(tokenizer.to_str())
        cases.append(
            {
                "added_tokens": file["added_tokens"], "normalizer": file["normalizer"],
                "texts": texts, "results": results,
            }
        )
        file["model"] = None
    generate.write("added.json", {"file": file, "alphabet": ALPHABET, "cases": cases})


def collision(seed):
    generator = random.Random(seed)
    letters = generator.choice(["ab", "abc", "the", " a", "eé中"])
    documents = [
        " ".join("".join(generator.choice(letters) for _ in range(generator.randint(1, 9))) for _ in range(30))
        for _ in range(3)
    ]
    spelled = {"é": "Ã©", "中": "ä¸Ń", " ": "Ġ"}
    specials = ["<|endoftext|>"][: generator.randint(0, 1)]
    for _ in range(generator.randint(1, 5)):
        text = "".join(generator.choice(letters + " ") for _ in range(generator.randint(1, 4)))
        specials.append("".join(spelled.get(c, c) for c in text))
    return documents, {
        "pre_tokenizer": generator.choice(["gpt2", "none", "gpt4"]), "normalization": "none",
        "specials": specials, "vocabulary_size": 256 + len(set(specials)) + generator.randint(0, 40),
        "minimum_frequency": generator.choice([0, 0, 2]), "lines": False,
        "maximum_token_length": generator.choice([None, None, 4]),
    }


def collisions():
    cases = []
    for seed in range(100):
        documents, case = collision(seed)
        tokenizer = generate.train(documents, case)
        model = json.loads(tokenizer.to_str())["model"]
        vocab = model["vocab"]
        # A text with too few pairs is an error here, where the peer makes a smaller vocabulary.
        if len(vocab) < case["vocabulary_size"] or len(cases) == 24:
            continue
        tokenizer.encode_special_tokens = True
        cases.append(
            {
                **case, "documents": documents, "size": len(vocab),
                "tokens": [t for t, id in sorted(vocab.items(), key=lambda x: x[1]) if id > 250],
                "merges": [vocab[part] for merge in model["merges"] for part in merge],
                "ids": [tokenizer.encode(d, add_special_tokens=False).ids for d in documents],
            }
        )
    generate.write("collisions.json", {"cases": cases})


def compare(count):
    tool = os.environ.get("SWIFTLET", os.path.join(os.path.dirname(__file__), "../../../.build/release/swiftlet"))
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        corpus, path, text = (os.path.join(directory, name) for name in ("c.jsonl", "t.json", "text"))
        for seed in range(1000, 1000 + count):
            documents, case = collision(seed)
            theirs = generate.train(documents, case)
            model = json.loads(theirs.to_str())["model"]
            if len(model["vocab"]) < case["vocabulary_size"]:
                continue
            open(corpus, "w").write("".join(json.dumps({"text": d}) + "\n" for d in documents))
            specials = [x for s in dict.fromkeys(case["specials"]) for x in ("--special", s)]
            limit = case["maximum_token_length"]
            subprocess.run(
                [tool, "tokenizer", "train", corpus, "--out", path, "-q", "--pre-tokenizer", case["pre_tokenizer"],
                 "--vocab-size", str(case["vocabulary_size"]), "--min-frequency", str(case["minimum_frequency"])]
                + (["--max-token-length", str(limit)] if limit else []) + specials,
                check=True, capture_output=True,
            )
            ours = json.load(open(path))["model"]
            peer = Tokenizer.from_file(path)
            theirs.encode_special_tokens = peer.encode_special_tokens = True
            sample = "\n".join(documents)
            ids = subprocess.run([tool, "tokenizer", "encode", "--whole", "--tokenizer", path],
                                 input=sample.encode(), capture_output=True, check=True).stdout
            decoded = subprocess.run([tool, "tokenizer", "decode", "--tokenizer", path], input=ids,
                                     capture_output=True, check=True).stdout
            expected = theirs.encode(sample, add_special_tokens=False).ids
            same = [
                ours["vocab"] == model["vocab"], ours["merges"] == model["merges"],
                list(map(int, ids.split())) == expected, decoded == sample.encode(),
                peer.encode(sample, add_special_tokens=False).ids == expected,
            ]
            if not all(same):
                failures += 1
                print(seed, case, same)
    print(count, "corpora,", failures, "differ")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        compare(int(sys.argv[1]))
    added()
    collisions()
