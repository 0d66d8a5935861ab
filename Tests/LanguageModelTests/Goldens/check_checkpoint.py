#!/usr/bin/env python3
"""Bits per byte of a text under a checkpoint, computed by transformers and tokenizers alone.

    venv/bin/python check_checkpoint.py STEP_DIRECTORY TOKENIZER_JSON TEXT_FILE

STEP_DIRECTORY holds config.json and model.safetensors, which are loaded unchanged. The text is one
document: <|endoftext|>, then its ids, so that every byte is predicted. Windows are as long as the
context (max_position_embeddings) and do not overlap: window k reads ids[kT : kT+T] and predicts
ids[kT+1 : kT+T+1]; the last one may be shorter. Prints JSON: bits_per_byte, loss (nats a token),
perplexity, tokens (predicted ones), bytes (of the text in UTF-8). The model runs in float32, the
log-probabilities and their sum in float64.
"""

import argparse
import json
import math
import pathlib

import tokenizers
import torch
import transformers

WINDOWS_AT_ONCE = 8


def negative_log_likelihoods(model, inputs, targets):
    """Their sum in nats over all targets; inputs and targets [rows, length]."""
    logits = model(inputs, use_cache=False).logits.double()
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), reduction="sum"
    ).item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("tokenizer", type=pathlib.Path)
    parser.add_argument("text", type=pathlib.Path)
    arguments = parser.parse_args()

    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        arguments.directory, dtype=torch.float32, output_loading_info=True
    )
    model.eval()
    # transformers only warns about a weight that is missing, left over or of the wrong shape.
    wrong = {kind: sorted(map(str, names)) for kind, names in report.items() if names}
    if wrong:
        raise SystemExit(f"the weights do not fit the configuration: {wrong}")

    data = arguments.text.read_bytes()
    tokenizer = tokenizers.Tokenizer.from_file(str(arguments.tokenizer))
    start = tokenizer.token_to_id("<|endoftext|>")
    if start is None:
        raise SystemExit(f"{arguments.tokenizer} has no <|endoftext|>")
    ids = [start] + tokenizer.encode(data.decode(), add_special_tokens=False).ids
    if len(ids) < 2:
        raise SystemExit(f"{arguments.text} is empty")
    if max(ids) >= model.config.vocab_size:
        raise SystemExit(f"id {max(ids)} is outside the model's {model.config.vocab_size}")

    ids = torch.tensor(ids)
    length = model.config.max_position_embeddings
    count = len(ids) - 1
    whole = count // length
    inputs = ids[: whole * length].view(whole, length)
    targets = ids[1 : whole * length + 1].view(whole, length)
    total = 0.0
    with torch.inference_mode():
        for first in range(0, whole, WINDOWS_AT_ONCE):
            rows = slice(first, first + WINDOWS_AT_ONCE)
            total += negative_log_likelihoods(model, inputs[rows], targets[rows])
        if whole * length < count:
            rest = ids[whole * length :][None]
            total += negative_log_likelihoods(model, rest[:, :-1], rest[:, 1:])

    print(
        json.dumps(
            {
                "bits_per_byte": total / (math.log(2) * len(data)),
                "loss": total / count,
                "perplexity": math.exp(total / count),
                "tokens": count,
                "bytes": len(data),
            }
        )
    )


if __name__ == "__main__":
    main()
