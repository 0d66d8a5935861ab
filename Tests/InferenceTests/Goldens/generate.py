#!/usr/bin/env python3
"""What Hugging Face's transformers keeps of some logits, and with which probabilities.

    venv/bin/python generate.py > sampler.json

Made with torch 2.15.0 (CPU) and transformers 5.23.0. The list of processors, and so their order, is
the one that `generate` builds itself from a GenerationConfig. Logits are random with a fixed seed,
a few of them equal. No case is kept whose outcome float32 rounding could change: cumulative
probabilities stay 1e-4 away from the top-p threshold and probabilities from the min-p threshold.
"""

import json
import sys

import torch
import transformers
from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM
from transformers.generation import logits_process

SEED = 20
VOCABULARY = 40

CASES = [
    {},
    {"temperature": 0.5},
    {"temperature": 1.7},
    {"top_k": 1},
    {"top_k": 5},
    {"top_k": 39},
    {"top_k": 400},
    {"top_p": 0.1},
    {"top_p": 0.5},
    {"top_p": 0.9},
    {"top_p": 0.999},
    {"min_p": 0.05},
    {"min_p": 0.5},
    {"min_p": 1.0},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7},
    {"temperature": 0.7, "top_k": 10, "top_p": 0.8},
    {"temperature": 1.5, "top_p": 0.6, "min_p": 0.2},
    {"temperature": 0.8, "top_k": 12, "top_p": 0.95, "min_p": 0.1, "repetition_penalty": 1.2},
    {"temperature": 2.0, "top_k": 6, "repetition_penalty": 2.5},
]


def processors(model, case):
    settings = {"temperature": 1.0, "top_k": 0, "top_p": 1.0} | case
    configuration = GenerationConfig(do_sample=True, eos_token_id=None, **settings)
    return model._get_logits_processor(
        generation_config=configuration, input_ids_seq_length=4, device="cpu"
    )


def is_close_call(case, list_of_processors, ids, logits):
    """Whether rounding could change what is kept."""
    for processor in list_of_processors:
        probabilities = torch.softmax(logits.double(), -1)
        if isinstance(processor, logits_process.TopPLogitsWarper):
            reached = probabilities.sort().values.cumsum(-1)
            if ((reached - (1 - case["top_p"])).abs() < 1e-4).any():
                return True
        if isinstance(processor, logits_process.MinPLogitsWarper):
            ratio = probabilities / probabilities.max()
            # The most probable one itself stands at 1, exactly.
            if ((ratio - case["min_p"]).abs()[ratio < 1] < 1e-4).any():
                return True
        logits = processor(ids, logits)
    return False


def main():
    model = Qwen3ForCausalLM(
        Qwen3Config(vocab_size=VOCABULARY, hidden_size=8, num_hidden_layers=1, head_dim=4,
                    num_attention_heads=2, num_key_value_heads=2, intermediate_size=8)
    )
    torch.manual_seed(SEED)
    results = []
    for case in CASES:
        while True:
            logits = 2.5 * torch.randn(1, VOCABULARY)
            history = torch.randint(0, VOCABULARY, (1, 6))
            # Equal logits, unless top-p would have to choose among them.
            if "top_p" not in case:
                logits[0, 7] = logits[0, 30] = logits[0].topk(5).values[-1]
            applied = processors(model, case)
            if not is_close_call(case, applied, history, logits):
                break
        probabilities = torch.softmax(applied(history, logits.clone()).double(), -1)[0]
        kept = [index for index in range(VOCABULARY) if probabilities[index] > 0]
        results.append(
            {
                "settings": case,
                "logits": logits[0].tolist(),
                "history": history[0].tolist(),
                "ids": kept,
                "probabilities": [probabilities[index].item() for index in kept],
            }
        )
    made_with = {"torch": torch.__version__, "transformers": transformers.__version__, "seed": SEED}
    json.dump({"made_with": made_with, "cases": results}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
