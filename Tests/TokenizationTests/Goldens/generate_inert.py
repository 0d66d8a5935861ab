#!/usr/bin/env python3
"""Print the ranges of Sources/Tokenization/InertCharacters.swift, and write inert.json.

    venv/bin/pip install unicodedata2==16.0.0 tokenizers==0.23.3
    venv/bin/python Tests/TokenizationTests/Goldens/generate_inert.py

Inert is what Hugging Face's normalizers do not know: characters since Unicode 9.0 that have a combining
class, a decomposition, or a part in such a decomposition. That it is these and no others is checked with
every character between others. Perl tells the age of characters up to Unicode 14.0.
"""

import json
import os
import random
import subprocess
import unicodedata

import unicodedata2
from tokenizers import normalizers

assert unicodedata2.unidata_version == "16.0.0" and unicodedata.unidata_version == "14.0.0"
SCALARS = [c for c in range(0x80, 0x30000) if not 0xD800 <= c < 0xE000]
AGE = r"""for my $c (0x80..0xD7FF, 0xE000..0x2FFFF) { my $s = chr($c);
print "$c\n" if $s =~ /\p{Assigned}/ && $s !~ /\p{Present_In=9.0}/ }"""
new = {int(line) for line in subprocess.run(["perl", "-e", AGE], capture_output=True, text=True).stdout.split()}
new |= {
    c for c in SCALARS
    if unicodedata.category(chr(c)) == "Cn" and unicodedata2.category(chr(c)) != "Cn"
}
inert = set()
for scalar in new:
    text = chr(scalar)
    if unicodedata2.combining(text) or unicodedata2.normalize("NFKD", text) != text:
        inert.add(scalar)
        parts = unicodedata2.decomposition(text).split()
        inert |= {int(part, 16) for part in parts if part[0] != "<"} & new

FORMS = {"NFC": normalizers.NFC(), "NFKC": normalizers.NFKC()}


def normal(form, text):
    done, open_ = "", ""
    for character in text:
        if ord(character) in inert:
            done, open_ = done + unicodedata2.normalize(form, open_) + character, ""
        else:
            open_ += character
    return done + unicodedata2.normalize(form, open_)


AROUND = ["{}", "a{}\u0327\u0301", "a\u0315{}\u0327", "\u0e81\u0ec8{}", "{}\u0301", "\u0995\u09cd{}\u09bc"]
for form, peer in FORMS.items():
    for scalar in SCALARS:
        for around in AROUND:
            text = around.format(chr(scalar))
            assert normal(form, text) == peer.normalize_str(text), hex(scalar)

ranges = []
for scalar in sorted(inert):
    if ranges and ranges[-1][1] == scalar - 1:
        ranges[-1][1] = scalar
    else:
        ranges.append([scalar, scalar])
print(", ".join(f"0x{first:X}...0x{last:X}" for first, last in ranges))

random.seed(9)
pool = sorted(inert) + [0x61, 0x301, 0x315, 0x327, 0x995, 0x9CD, 0x9BC, 0xE81, 0xEC8, 0xAC00, 0x11A8]
texts = ["".join(chr(random.choice(pool)) for _ in range(random.randint(2, 6))) for _ in range(150)]
golden = [[text, FORMS["NFC"].normalize_str(text), FORMS["NFKC"].normalize_str(text)] for text in texts]
with open(os.path.join(os.path.dirname(__file__), "inert.json"), "w") as file:
    json.dump({"forms": golden}, file, separators=(",", ":"))
    file.write("\n")
