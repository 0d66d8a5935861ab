#!/usr/bin/env python3
"""Print the ranges of Sources/Tokenization/NewCharacters.swift: letters, marks and numbers that Unicode 16.0
has and 15.0 has not.

    venv/bin/pip install unicodedata2==16.0.0
    venv/bin/python Tests/TokenizationTests/Goldens/generate_unicode.py

Python's own unicodedata must be of Unicode 15.0 or before; what is older than 15.0 in it is left to
utf8proc's tables, where such characters already are.
"""

import ctypes

import unicodedata2

assert unicodedata2.unidata_version == "16.0.0"
library = ctypes.CDLL("libutf8proc.so.2")
library.utf8proc_category_string.restype = ctypes.c_char_p
library.utf8proc_unicode_version.restype = ctypes.c_char_p
assert library.utf8proc_unicode_version() == b"15.0.0"

KINDS = {"Lu": "upper", "Lt": "upper", "Ll": "lower", "Lm": "other", "Lo": "other"}
ranges = []
for scalar in range(0x110000):
    if 0xD800 <= scalar < 0xE000 or library.utf8proc_category_string(scalar) != b"Cn":
        continue
    category = unicodedata2.category(chr(scalar))
    kind = KINDS.get(category) or {"M": "mark", "N": "number"}.get(category[0])
    if kind is None:
        continue
    if ranges and ranges[-1][1] == scalar - 1 and ranges[-1][2] == kind:
        ranges[-1][1] = scalar
    else:
        ranges.append([scalar, scalar, kind])
for first, last, kind in ranges:
    print(f"    (0x{first:X}...0x{last:X}, .{kind}),")
