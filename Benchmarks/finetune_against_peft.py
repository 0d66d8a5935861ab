#!/usr/bin/env python3
"""Time LoRA fine-tuning by PyTorch and PEFT on the examples of a Swiftlet run, beside Swiftlet's own speed.

    venv/bin/pip install torch transformers peft safetensors
    venv/bin/python Benchmarks/finetune_against_peft.py RUN [--steps 20] [--threads 2]

RUN is what `swiftlet finetune --method lora` made: its examples, base, rank, targets, batch size and
learning rate are used. Float32, eager mode, batches padded to the longest example and masked, AdamW,
the loss over the supervised tokens. Tokens are those of the examples, without padding; the first three
steps do not count. Swiftlet's number is the median of `tokens_per_second` in RUN's metrics.jsonl.
"""

import argparse
import json
import pathlib
import statistics
import time

import peft
import torch
import transformers
from safetensors.numpy import load_file

WARM_UP = 3


def batches(run, size):
    shard = load_file(run / "examples" / "train.safetensors")
    starts, ids, flags = shard["starts"], shard["ids"], shard["supervised"]
    count = len(starts) - 1
    position = 0
    while True:
        chosen = [(position + index) % count for index in range(size)]
        position += size
        rows = [(int(starts[i]), int(starts[i + 1])) for i in chosen]
        width = max(end - start for start, end in rows) - 1
        inputs = torch.zeros(size, width, dtype=torch.long)
        targets = torch.full((size, width), -100)
        mask = torch.zeros(size, width, dtype=torch.long)
        for row, (start, end) in enumerate(rows):
            length = end - start - 1
            inputs[row, :length] = torch.from_numpy(ids[start : end - 1].astype("int64"))
            mask[row, :length] = 1
            following = torch.from_numpy(ids[start + 1 : end].astype("int64"))
            learned = torch.from_numpy(flags[start + 1 : end]) > 0
            targets[row, :length][learned] = following[learned]
        yield inputs, targets, mask


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    record = json.loads((arguments.run / "run.json").read_text())
    settings, parent = record["settings"], record["parent"]
    base = transformers.AutoModelForCausalLM.from_pretrained(
        pathlib.Path(parent["run"]) / f"step-{parent['step']:06d}", dtype=torch.float32
    )
    adapter = settings["adapter"]
    tokens = adapter["tokens"]
    model = peft.get_peft_model(
        base,
        peft.LoraConfig(
            task_type="CAUSAL_LM", r=adapter["rank"], lora_alpha=adapter["alpha"],
            lora_dropout=adapter["dropout"], target_modules=adapter["targets"],
            use_rslora=adapter["rslora"], use_dora=settings["method"] == "dora",
            trainable_token_indices={"embed_tokens": tokens} if tokens else None,
        ),
    ).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings["learning_rate"], weight_decay=0.0)
    speeds = []
    source = batches(arguments.run, settings["batch_size"])
    for step in range(WARM_UP + arguments.steps):
        inputs, targets, mask = next(source)
        start = time.perf_counter()
        logits = model(inputs, attention_mask=mask, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), ignore_index=-100
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, settings["maximum_norm"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step >= WARM_UP:
            speeds.append(int(mask.sum()) / (time.perf_counter() - start))
    lines = (arguments.run / "metrics.jsonl").read_text().splitlines()
    ours = [v["tokens_per_second"] for v in map(json.loads, lines) if "tokens_per_second" in v]
    theirs = statistics.median(speeds)
    mine = statistics.median(ours[WARM_UP:])
    print(json.dumps({
        "precision": record["precision"], "peft_tokens_per_second": round(theirs),
        "swiftlet_tokens_per_second": round(mine), "ratio": round(mine / theirs, 2),
    }))


main()
