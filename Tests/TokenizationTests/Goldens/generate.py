"""Records what other implementations do, for the tests beside this directory.

    python generate.py

needs the packages `tokenizers`, `tiktoken` and `regex`; the versions used are written into every file. Running
it again with the same versions gives the same files.

training.json        merges and ids of Hugging Face's BpeTrainer
models.json          ids by models that no trainer made
pieces.json          where the `regex` module and Hugging Face cut strings, as hashes
classes.json         White_Space, letters and numbers
normal-forms.json    NFC and NFKC
huggingface.json     a tokenizer as Hugging Face saves it
tiktoken.json        a .tiktoken file and tiktoken's ids for several patterns
"""

import base64
import itertools
import json
import pathlib
import random
import sys
import tempfile
import unicodedata

import regex
import tiktoken
import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "tokenizers": tokenizers.__version__,
    "regex": regex.__version__,
    "tiktoken": tiktoken.__version__,
    "unicodedata": unicodedata.unidata_version,
}
DEFAULT_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

# As published: GPT-2's by OpenAI, cl100k and o200k by tiktoken 0.14, Llama 3's, Qwen 2's and Qwen
# 3.5's in their tokenizer.json, and that of minbpe, rustbpe and nanochat with its three bounds.
PATTERNS = {
    "gpt2": r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""",
    # Hugging Face has no expression for these two, but Digits before ByteLevel; see pre_tokenizer.
    "gpt2-digits": r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?![^\s\p{N}])|\s+""",
    "gpt2-numbers": r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?![^\s\p{N}])|\s+""",
    "gpt4": r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s""",
    "llama3": r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
    "qwen2": r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
    "qwen3.5": r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""",
    "o200k": "|".join(
        [
            r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
            r"""[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?""",
            r"""\p{N}{1,3}""",
            r""" ?[^\s\p{L}\p{N}]+[\r\n/]*""",
            r"""\s*[\r\n]+""",
            r"""\s+(?!\S)""",
            r"""\s+""",
        ]
    ),
}
for digits in (1, 2, 3):
    bound = "" if digits == 1 else f"{{1,{digits}}}"
    PATTERNS[f"digits{digits}"] = (
        r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}"""
        + bound
        + r"""| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"""
    )


def write(name, value):
    value = {"made_by": "generate.py", "versions": VERSIONS, **value}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


# MARK: Training


def pre_tokenizer(name):
    """The pre-tokenizer in Hugging Face's terms."""
    if name in ("gpt2", "none"):
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=name == "gpt2")
    if name in ("gpt2-digits", "gpt2-numbers"):
        return pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=name == "gpt2-digits"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    # Oniguruma, which runs the pattern there, reads {1,3}+ as a repeated group.
    pattern = PATTERNS[name].replace("{1,3}+", "{1,3}")
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def train(documents, case):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer(case["pre_tokenizer"])
    tokenizer.decoder = decoders.ByteLevel()
    if case["normalization"] != "none":
        tokenizer.normalizer = {"nfc": normalizers.NFC, "nfkc": normalizers.NFKC}[
            case["normalization"]
        ]()
    limit = case["maximum_token_length"]
    trainer = trainers.BpeTrainer(
        vocab_size=case["vocabulary_size"],
        min_frequency=case["minimum_frequency"],
        special_tokens=case["specials"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **({"max_token_length": limit} if limit else {}),
    )
    if case["lines"]:
        # Files are read line by line, newlines kept.
        with tempfile.NamedTemporaryFile() as file:
            file.write("".join(documents).encode())
            file.flush()
            tokenizer.train([file.name], trainer)
    else:
        tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


WORDS = {
    "english": "the a old new river walks sings keeper's don't they'll We're I've it'd I'm lantern "
    "bread bakery window under over into again and but because little quiet market Tuesday's O'Neil "
    "LOUD'S can'T 'tis rock'n'roll".split(),
    "german": "Straße Übermut größer schön Äpfel weiß ein und der".split(),
    "russian": "река старый новый фонарь идёт поёт и но окно".split(),
    "greek": "ποτάμι παλιό φως και ψωμί τραγουδά".split(),
    "chinese": "河边 老人 唱歌 灯笼 面包 在 了 的 新的 窗户下面".split(),
    "japanese": "川 ランプ うたう パン屋 まど の は が".split(),
    "korean": "강가 노인 등불 노래한다 빵집 창문 각 갉".split(),
    "hindi": "नदी पुराना गाता है दीपक में और हिन्दी".split(),
    "thai": "แม่น้ำ สวัสดี ร้องเพลง ตะเกียง".split(),
    "arabic": "نهر قديم مصباح يغني في و".split(),
    "emoji": "😀 👩‍👩‍👧 1️⃣ 🇩🇪 ✨ ❤️".split(),
    "digits": "1 22 333 4444 1234567 3.14 10,000 ½ Ⅵ ٣٤٥ 〇".split(),
}
BLANKS = [" "] * 24 + ["  ", "    ", "\n", "\n\n", "\t", "\r\n", " \n ", "\u00a0", "\u3000", "\u2028"]
MARKS = [""] * 10 + [".", ",", "!", "?", "...", ":)", " - ", "();", "</p>", "\u0000", "\u0007", "\u001c", "\u200b"]


def prose(generator, languages, words):
    parts = []
    for _ in range(words):
        parts.append(generator.choice(WORDS[generator.choice(languages)]))
        parts.append(generator.choice(MARKS))
        parts.append(generator.choice(BLANKS))
    return "".join(parts)


def from_alphabet(generator, alphabet, words, longest):
    return " ".join(
        "".join(generator.choice(alphabet) for _ in range(generator.randint(1, longest)))
        for _ in range(words)
    )


def corpora():
    generator = random.Random(20)
    every = list(WORDS)
    return {
        "mixed": [prose(generator, every, 150) for _ in range(4)]
        + ["", " ", "<|endoftext|> is ordinary text <|im_start|>\n" * 3],
        "english": [prose(generator, ["english", "english", "digits"], 400)],
        "few letters": [from_alphabet(generator, "ab", 60, 24), from_alphabet(generator, "abc", 60, 12)],
        "runs": ["a" * n + " " * n + "\n" * (n % 5) for n in range(1, 40)],
    }


SAMPLES = [
    "",
    "The keeper's lantern sings again, don't they'll We're I'VE it'ſ O'Neil's 12345 1/2",
    "  leading and trailing blanks  \n \n\t ",
    "река ποτάμι 河边老人唱歌 川のランプ 강가 नदी แม่น้ำ สวัสดี نهر 😀👩‍👩‍👧1️⃣🇩🇪",
    "Straße ½ Ⅵ ٣٤٥ 〇 \u0000\u0007\u001c\u0085\u00a0\u3000\u2028\ufeff\ufffd\U0010ffff",
    "e\u0301\u0327 \u1112\u1161\u11a8 \ufb01\uff21\u2460 \u212b",
    "<|endoftext|><|im_start|>user\nabbaababba cabbac<|im_end|>",
    "a" * 100 + " " * 70 + "ab" * 60 + "\n" * 5 + "!",
    "12 3  45   6 \n7\n\n8 \t9a1b'2'll 3're4 Ⅷ  ½x²y ٣\u00a0४ ๕\u3000六〇 ① 𝟘 \u09f4 9  ",
]


def make_training():
    texts = corpora()
    cases = []

    def add(name, text, pre, size, normalization="none", specials=DEFAULT_SPECIALS, minimum=0, longest=None, lines=False):
        cases.append(
            {
                "name": name,
                "text": text,
                "pre_tokenizer": pre,
                "vocabulary_size": size,
                "normalization": normalization,
                "specials": specials,
                "minimum_frequency": minimum,
                "maximum_token_length": longest,
                "lines": lines,
            }
        )

    for pre in list(PATTERNS) + ["none"]:
        for size in (259, 300, 420) if pre in ("gpt2", "gpt4", "llama3", "qwen2", "none") else (420,):
            add(f"{pre} on every script, {size}", "mixed", pre, size)
    add("larger", "mixed", "gpt2", 800)
    add("larger, digits", "mixed", "gpt2-digits", 800)
    add("larger, cl100k", "mixed", "gpt4", 800)
    for pre in ("gpt2", "gpt4", "none"):
        add(f"few letters, {pre}", "few letters", pre, 540)
        add(f"runs of one character, {pre}", "runs", pre, 290)
    add("NFC", "mixed", "gpt4", 400, normalization="nfc")
    add("NFKC", "mixed", "qwen2", 400, normalization="nfkc")
    add("a pair must occur five times", "english", "gpt2", 420, minimum=5)
    for longest in (1, 3, 4, 6):
        add(f"shorter than {longest}", "few letters", "none", 264 if longest < 4 else 272, longest=longest)
        add(f"words shorter than {longest}", "mixed", "gpt2", 330, longest=longest)
    for pre in ("none", "gpt4"):
        add(f"lines, {pre}", "mixed", pre, 420, lines=True)
    add("lines of runs", "runs", "none", 290, lines=True)
    add("no special tokens", "english", "gpt2", 300, specials=[])
    add("a special token that is a word", "english", "gpt2", 300, specials=["<pad>", "¶ x", "<pad>"])

    for case in cases:
        tokenizer = train(texts[case["text"]], case)
        model = json.loads(tokenizer.to_str())["model"]
        assert len(model["vocab"]) == case["vocabulary_size"], (case["name"], len(model["vocab"]))
        ids = model["vocab"]
        case["merges"] = [ids[part] for merge in model["merges"] for part in merge]
        # By default Hugging Face turns the text of special tokens into them.
        case["with_special"] = [tokenizer.encode(s, add_special_tokens=False).ids for s in SAMPLES]
        tokenizer.encode_special_tokens = True
        if case["pre_tokenizer"] == "none":
            # The whole text is one piece: as long as pieces get.
            case["whole_text_ids"] = tokenizer.encode("".join(texts[case["text"]]), add_special_tokens=False).ids
        case["ids"] = [tokenizer.encode(s, add_special_tokens=False).ids for s in SAMPLES]
        if case["name"] in ("larger", "few letters, gpt2", "a pair must occur five times"):
            all_of_it = train(texts[case["text"]], {**case, "vocabulary_size": 100_000})
            case["supported_size"] = all_of_it.get_vocab_size()
    write("training.json", {"texts": texts, "samples": SAMPLES, "cases": cases})

    small = {
        "pre_tokenizer": "gpt4", "vocabulary_size": 290, "normalization": "nfc",
        "specials": DEFAULT_SPECIALS, "minimum_frequency": 0, "maximum_token_length": None,
        "lines": False,
    }
    (HERE / "huggingface.json").write_text(
        train(texts["mixed"], small).to_str() + "\n", encoding="utf-8"
    )


# MARK: tiktoken


def make_tiktoken():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [b for b in range(256) if b not in visible]
    byte = {chr(b): b for b in visible} | {chr(0x100 + i): b for i, b in enumerate(hidden)}
    assert sorted(byte) == alphabet
    case = {
        "pre_tokenizer": "gpt4", "vocabulary_size": 420, "normalization": "none", "specials": [],
        "minimum_frequency": 0, "maximum_token_length": None, "lines": False,
    }
    vocab = train(corpora()["mixed"], case).get_vocab()
    ranks = {bytes(byte[c] for c in token): id for token, id in vocab.items()}
    file = "".join(
        f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in sorted(ranks.items(), key=lambda x: x[1])
    )
    ids = {}
    for name, pattern in PATTERNS.items():
        peer = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": len(ranks)}
        )
        ids[name] = [peer.encode(s, allowed_special="all") for s in SAMPLES]
    write("tiktoken.json", {"file": file, "samples": SAMPLES, "ids": ids})


# MARK: Models that no trainer made


def make_models():
    """Merges in any order, also several that give the same token, and what they do to texts."""
    generator = random.Random(22)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    cases = []
    for ignore_merges in (False, True):
        for number in range(12):
            in_order = number % 4 == 0
            tokens = ["a", "b", "c"]
            merges = []
            for _ in range(generator.randint(3, 24)):
                pair = (generator.choice(tokens[-8:]), generator.choice(tokens[-8:]))
                if pair in merges or len("".join(pair)) > 12:
                    continue
                merges.append(pair)
                if "".join(pair) not in tokens:
                    tokens.append("".join(pair))
            # The same token from another pair of tokens.
            for token in [] if in_order else list(tokens):
                for cut in range(1, len(token)):
                    pair = (token[:cut], token[cut:])
                    if pair[0] in tokens and pair[1] in tokens and pair not in merges:
                        merges.append(pair)
            if not in_order:
                generator.shuffle(merges)
            vocab = {token: id for id, token in enumerate(alphabet + tokens[3:])}
            tokenizer = Tokenizer(models.BPE(vocab, merges, ignore_merges=ignore_merges))
            tokenizer.pre_tokenizer = pre_tokenizer("none")
            tokenizer.decoder = decoders.ByteLevel()
            texts = [
                "".join(generator.choice("aaabbc") for _ in range(length))
                for length in (1, 2, 3, 4, 5, 6, 8, 12, 20, 40, 47, 48, 49, 50, 60, 100, 300)
                + ((1024,) if number < 6 else ())
            ] + tokens[3:9]
            cases.append(
                {
                    "file": json.loads(tokenizer.to_str()),
                    "texts": texts,
                    "ids": [tokenizer.encode(text).ids for text in texts],
                }
            )
    # One file serves all: only the merges and the tokens beyond the bytes differ.
    write(
        "models.json",
        {
            "file": cases[0]["file"] | {"model": None},
            "alphabet": alphabet,
            "cases": [
                {
                    "ignore_merges": case["file"]["model"]["ignore_merges"],
                    "tokens": [t for t in case["file"]["model"]["vocab"] if len(t) > 1],
                    "merges": case["file"]["model"]["merges"],
                    "texts": case["texts"],
                    "ids": case["ids"],
                }
                for case in cases
            ],
        },
    )


# MARK: Pieces

CELLS = [
    "a", "s", "S", "t", "l", "L", "r", "e", "V", "\u017f", "\u00e9", "\u6587", "\u01c5", "\u02b0",
    "\u0301", "\u0e31", "1", "\u00bd", "\u2167", "\u0663", " ", "\n", "\r", "\t", "\u0085", "\u00a0",
    "\u3000", "\u2028", "\u001c", "\u200b", "\u180e", "\ufeff", "'", "\u2019", "!", "_", "\u0000",
    "\U0001f600", "\U0002a6d6", "\ufffd", "\U0010ffff",
]
FEW_CELLS = ["a", "s", "l", "R", "e", "\u017f", "1", "\u0301", " ", "\n", "\u3000", "'", "!", "/", "\u01c5", "\u6587"]


def fnv(hash, byte):
    return ((hash ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF


def make_pieces():
    """For every pattern and first cell one hash over all strings, in itertools.product's order.

    Each string adds the UTF-8 lengths of its pieces and a zero byte to an FNV-1a hash.
    """
    hashes = {}
    for name, pattern in PATTERNS.items():
        compiled = regex.compile(pattern)
        peer = pre_tokenizer(name)
        hashes[name] = []
        for cells, longest in ((CELLS, 3), (FEW_CELLS, 4)):
            for first in cells:
                value = 0xCBF29CE484222325
                for length in range(longest):
                    for rest in itertools.product(cells, repeat=length):
                        text = first + "".join(rest)
                        pieces = compiled.findall(text)
                        assert "".join(pieces) == text
                        if length < (3 if cells is FEW_CELLS and name.startswith("gpt2-") else 2):
                            cuts = [end for _, (_, end) in peer.pre_tokenize_str(text)]
                            # Where a piece spans several offsets, the last is its end.
                            ends = list(itertools.accumulate(len(piece) for piece in pieces))
                            assert cuts == ends, (name, text, pieces, cuts)
                        for piece in pieces:
                            value = fnv(value, len(piece.encode()))
                        value = fnv(value, 0)
                hashes[name].append(f"{value:016x}")
    write(
        "pieces.json",
        {"cells": CELLS, "longest": 3, "few_cells": FEW_CELLS, "longest_of_few": 4, "hashes": hashes},
    )


# MARK: Classes and normal forms


def ranges(scalars):
    result = []
    for scalar in scalars:
        if result and result[-1] == scalar - 1:
            result[-1] = scalar
        else:
            result += [scalar, scalar]
    return result


def make_classes():
    every = [s for s in range(0x110000) if not 0xD800 <= s < 0xE000]
    white = regex.compile(r"\s")
    category = {s: unicodedata.category(chr(s)) for s in every}
    write(
        "classes.json",
        {
            "blanks": ranges(s for s in every if white.fullmatch(chr(s))),
            "letters": ranges(s for s in every if category[s][0] == "L"),
            "numbers": ranges(s for s in every if category[s][0] == "N"),
            "marks": ranges(s for s in every if category[s][0] == "M"),
            "uppercase": ranges(s for s in every if category[s] in ("Lu", "Lt")),
            "lowercase": ranges(s for s in every if category[s] == "Ll"),
            # Later versions of Unicode may say otherwise about these.
            "unassigned": ranges(s for s in every if category[s] == "Cn"),
        },
    )


def make_normal_forms():
    generator = random.Random(21)
    texts = [
        "plain ASCII", "e\u0301", "a\u0327\u0301\u0308", "\u0344", "\u212b \u2126 \ufb01 \uff21 \u2460",
        "\u1112\u1161\u11ab", "\uac00\u11a8", "\uac00\u11a7", "\uac00\u11a7\u11a8", "\u1100\u1161\u11a7",
        "\u0000e\u0301\u0000", "\u0958 \u0344 \u1e9b\u0323", "\u3099\u304b\u3099", "\u0301\u0308x\u0327",
        "\U0001d15e \U0002f800", "\u00a0\u00bd\u2026\u3000", "x\u00a8y", "\ufdfa",
    ]
    interesting = [
        0x41, 0x61, 0x65, 0x69, 0x73, 0x20, 0xE9, 0xA8, 0xB5, 0x300, 0x301, 0x308, 0x323, 0x327,
        0x345, 0x1100, 0x1161, 0x11A7, 0x11A8, 0xAC00, 0xAC01, 0x3B1, 0x399, 0x304B, 0x3099, 0x915,
        0x93C, 0x9BE, 0x9C7, 0xFB03, 0xFF76, 0xFF9E, 0x2075, 0x1D157, 0x1D165, 0x0, 0x6587,
    ]
    for _ in range(150):
        texts.append("".join(chr(generator.choice(interesting)) for _ in range(generator.randint(2, 9))))
    forms = [[text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFKC", text)] for text in texts]
    for text, nfc, nfkc in forms:
        assert normalizers.NFC().normalize_str(text) == nfc
        assert normalizers.NFKC().normalize_str(text) == nfkc
    write("normal-forms.json", {"forms": forms})


if __name__ == "__main__":
    make_training()
    make_tiktoken()
    make_models()
    make_classes()
    make_normal_forms()
    make_pieces()
    print(VERSIONS, file=sys.stderr)
