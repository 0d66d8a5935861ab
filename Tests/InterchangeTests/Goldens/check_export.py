#!/usr/bin/env python3
"""Load what `swiftlet export` wrote in transformers and peft, and compare.

    swiftlet export --run RUN --format huggingface --out MODEL
    swiftlet export --run BASE --format huggingface --out BASE-MODEL
    swiftlet export --run RUN --format peft --out ADAPTER
    venv/bin/python Tests/InterchangeTests/Goldens/check_export.py BASE-MODEL ADAPTER MODEL

The model must load with every weight used, and BASE-MODEL with ADAPTER must compute what MODEL, in
which Swiftlet merged it, does.
"""

import sys

import torch
import transformers


def load(path):
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        path, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not any(report.values()), report
    return model.eval()


def main():
    base_path, adapter_path, merged_path = sys.argv[1:]
    import peft

    merged = load(merged_path)
    adapted = peft.PeftModel.from_pretrained(load(base_path), adapter_path).eval()
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, merged.config.vocab_size, (2, 48), generator=generator)
    with torch.no_grad():
        one, other = merged(ids).logits, adapted(ids).logits
        plain = load(base_path)(ids).logits
    scale = one.abs().max()
    error = ((one - other).abs().max() / scale).item()
    change = ((one - plain).abs().max() / scale).item()
    print(f"{type(merged).__name__}: error {error:.2e}, change by the adapter {change:.2e}")
    assert error < 1e-5 < change


main()
