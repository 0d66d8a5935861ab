"""Records what Hugging Face's tokenizers do with vocabularies like Llama 2's, for the tests beside this directory.

    python generate_sentencepiece.py [TEXTS]

sentencepiece.json   one vocabulary with byte fallback, the files of all ways to put blanks before texts, and what
                     each makes of texts, with special tokens and without

With a number, that many random texts are encoded by the built program too and compared, and nothing is written.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import generate

TEXTS = [
    "The giraffe lent the elephant its long blue scarf, and the elephant lent the giraffe a hat.",
    "Don't! I'll be there at 10:30, or at 22:05; they've counted 1,234 of them.",
    "Der Bär öffnete die Tür, weil es draußen kälter war als drinnen.",
    "小兔子在花园里找到了一把金色的钥匙，小兔子高兴极了。",
    "    def add(left, right):\n        return left + right\n",
    "naïve café, piñata; ½ of it – “so they say”…",
]
BLANK = "\u2581"
CELLS = list("abdehilnorstä中小兔子的, .!<>/s_1 ") + [
    " ", "  ", BLANK, BLANK + "t", "the ", " the", "\n", "\t", "é", "e\u0301", "½", "鹿", "乐", "\U0001f98a", "\U0001f98b", "\u0000",
    "<s>", "</s>", "<unk>", "<0x41>", "<|x|>", "word", "\u3000", "lent", " elephant",
]


def vocabulary():
    """Learns merges and puts the vocabulary in Llama 2's order: specials, bytes, merged tokens, characters."""
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.Metaspace(replacement=BLANK, prepend_scheme="always")
    learned.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=420, show_progress=False))
    model = json.loads(learned.to_str())["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    results = [left + right for left, right in merges]
    # Characters of two, three and four bytes, one of whose beginnings another character shares; and blanks.
    characters = [token for token in model["vocab"] if len(token) == 1 and token not in "zq"] + ["\U0001f98a", "鹼"]
    merges.append((BLANK, BLANK))
    merges.append((BLANK + BLANK, BLANK + BLANK))
    results += [BLANK * 2, BLANK * 4]
    order = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + results + sorted(characters)
    tokens = list(dict.fromkeys(order))
    return {token: id for id, token in enumerate(tokens)}, merges


def tokenizer(kind, vocab, merges):
    made = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if kind == "normalizer":
        made.normalizer = normalizers.Sequence([normalizers.Prepend(BLANK), normalizers.Replace(" ", BLANK)])
    else:
        made.pre_tokenizer = pre_tokenizers.Metaspace(replacement=BLANK, prepend_scheme=kind, split=False)
    parts = [decoders.Replace(BLANK, " "), decoders.ByteFallback(), decoders.Fuse()]
    made.decoder = decoders.Sequence(parts if kind == "never" else parts + [decoders.Strip(" ", 1, 0)])
    made.add_special_tokens(
        [
            AddedToken("<unk>", normalized=False, special=True),
            AddedToken("<s>", normalized=False, special=True),
            AddedToken("</s>", normalized=kind == "first", special=True),
        ]
    )
    made.add_tokens([AddedToken("<|x|>", normalized=kind == "always")])
    made.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return made


def texts(count):
    generator = random.Random(11)
    random_texts = ["".join(generator.choices(CELLS, k=generator.randint(1, 16))) for _ in range(count)]
    return TEXTS + ["", " ", BLANK, "\n", "a", " a"] + random_texts


def results(made, text):
    ids = []
    for plain in (False, True):
        made.encode_special_tokens = plain
        ids.append(made.encode(text, add_special_tokens=False).ids)
    return ids + [made.decode(ids[1], skip_special_tokens=True)]


def compare(count):
    program = os.environ.get("SWIFTLET", ".build/release/swiftlet")
    vocab, merges = vocabulary()
    different = 0
    for kind in ("normalizer", "always", "first", "never"):
        made = tokenizer(kind, vocab, merges)
        with tempfile.TemporaryDirectory() as place:
            path = os.path.join(place, "tokenizer.json")
            made.save(path)
            lines = [text.replace("\n", "") for text in texts(count) if text.replace("\n", "")]
            for flags, plain in (([], True), (["--allow-special"], False)):
                output = subprocess.run(
                    [program, "tokenizer", "encode", "--tokenizer", path, *flags],
                    input="".join(line + "\n" for line in lines).encode(), capture_output=True, check=True,
                ).stdout.decode()
                made.encode_special_tokens = plain
                for line, ours in zip(lines, output.split("\n"), strict=False):
                    theirs = made.encode(line, add_special_tokens=False).ids
                    if [int(id) for id in ours.split()] != theirs:
                        different += 1
                        if different < 5:
                            print(kind, plain, repr(line), ours, theirs)
    print(f"{different} of {8 * len(lines)} differ")


def main():
    if len(sys.argv) > 1:
        return compare(int(sys.argv[1]))
    vocab, merges = vocabulary()
    some = texts(150)
    cases = []
    for kind in ("normalizer", "always", "first", "never"):
        made = tokenizer(kind, vocab, merges)
        file = json.loads(made.to_str())
        file["model"]["vocab"], file["model"]["merges"] = {}, []
        cases.append({"file": file, "results": [results(made, text) for text in some]})
    generate.write(
        "sentencepiece.json",
        {"made_by": "generate_sentencepiece.py", "vocab": vocab, "merges": [list(m) for m in merges], "texts": some, "cases": cases},
    )


main()
