#!/usr/bin/env python3
"""Make the reference adapters with PEFT, on some of the tiny models beside this script.

    venv/bin/pip install torch transformers peft safetensors
    venv/bin/python Tests/LanguageModelTests/Goldens/generate_adapters.py [NAME...]

Each adapter gets a folder in adapters/ as PEFT saves it, and a golden.safetensors with what PEFT
computed with it: logits, the gradient of a masked loss, and the weights after merging. README.md
describes the contents. Running it again gives the same bytes.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name: the model, the seed and what LoraConfig is given.
ADAPTERS = {
    "lora": dict(
        model="multi-head", seed=1, r=4, lora_alpha=8, target_modules=ALL,
        trainable_token_indices={"embed_tokens": [1, 2, 40]},
    ),
    "rslora": dict(
        model="grouped", seed=2, r=4, lora_alpha=6, target_modules=["q_proj", "down_proj"],
        use_rslora=True, trainable_token_indices={"embed_tokens": [3, 5], "lm_head": [3, 5]},
    ),
    "dora": dict(model="grouped", seed=3, r=3, lora_alpha=6, target_modules=ALL, use_dora=True),
    "gpt2-lora": dict(
        model="gpt2", seed=4, r=4, lora_alpha=8, target_modules=["c_attn", "c_proj", "c_fc"],
        fan_in_fan_out=True, trainable_token_indices={"wte": [1, 2, 40]},
    ),
    "gpt2-dora": dict(
        model="gpt2", seed=5, r=3, lora_alpha=6, target_modules=["c_attn", "attn.c_proj"],
        fan_in_fan_out=True, use_dora=True,
    ),
    "qwen2-dora": dict(
        model="qwen2", seed=6, r=3, lora_alpha=6, target_modules=ALL, use_dora=True),
    "patterns": dict(
        model="multi-head", seed=7, r=3, lora_alpha=6, target_modules=ALL, use_rslora=True,
        rank_pattern={"layers.1.mlp.up_proj": 5, "q_proj": 2, "down_proj": 1},
        alpha_pattern={"layers.0.self_attn.k_proj": 9, "down_proj": 2.5}),
}


def load_base(name):
    return transformers.AutoModelForCausalLM.from_pretrained(
        HERE / name, dtype=torch.float32, attn_implementation="eager"
    ).eval()


def randomise(model, generator):
    """PEFT begins with B = 0; a golden needs every part to count."""
    for name, parameter in sorted(model.named_parameters()):
        if not parameter.requires_grad:
            continue
        noise = torch.randn(parameter.shape, generator=generator)
        with torch.no_grad():
            if "magnitude" in name:
                parameter.mul_(1 + 0.1 * noise)
            elif "lora_" in name:
                parameter.copy_(0.2 * noise)
            else:
                parameter.add_(0.1 * noise)


def saved_name(name):
    """The name under which PEFT stores a parameter of the adapter."""
    name = name.replace(".default.weight", ".weight").replace(".default", "")
    return name.replace("lora_magnitude_vector.weight", "lora_magnitude_vector")


def loss_of(model, tokens):
    """The mean over every third target, and the logits."""
    logits = model(tokens[:, :-1], use_cache=False).logits
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none"
    )
    return losses[::3].mean(), logits


def save_both(first, second):
    """The logits of one model with two adapters that are both active."""
    base = load_base("multi-head")
    tokens = load_file(HERE / "multi-head" / "golden.safetensors")["tokens"].long()[:, :33]
    model = peft.PeftModel.from_pretrained(base, HERE / "adapters" / first, adapter_name="a").eval()
    model.load_adapter(HERE / "adapters" / second, adapter_name="b")
    model.base_model.set_adapter(["a", "b"])
    model.eval()
    with torch.no_grad():
        logits = loss_of(model, tokens)[1]
    save_file({"logits": logits.contiguous()}, HERE / "adapters" / f"{first}+{second}.safetensors")


def main():
    torch.set_num_threads(1)
    for name, fields in ADAPTERS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        fields = dict(fields)
        base_name, seed = fields.pop("model"), fields.pop("seed")
        base = load_base(base_name)
        tokens = load_file(HERE / base_name / "golden.safetensors")["tokens"].long()[:, :33]
        model = peft.get_peft_model(
            base, peft.LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **fields)
        ).eval()
        randomise(model, torch.Generator().manual_seed(seed))
        loss, logits = loss_of(model, tokens)
        loss.backward()
        folder = HERE / "adapters" / name
        model.save_pretrained(folder)
        config = json.loads((folder / "adapter_config.json").read_text())
        config["base_model_name_or_path"] = base_name
        config["target_modules"] = sorted(config["target_modules"])
        (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
        (folder / "README.md").unlink(missing_ok=True)
        stored = load_file(folder / "adapter_model.safetensors")
        golden = {"tokens": tokens.int(), "logits": logits.detach(), "loss": loss.detach()}
        for key, parameter in model.named_parameters():
            if parameter.requires_grad:
                short = saved_name(key)
                assert short in stored, (short, sorted(stored))
                golden[f"gradient.{short}"] = parameter.grad
        assert len(golden) == len(stored) + 3
        merged = model.merge_and_unload()
        with torch.no_grad():
            difference = (loss_of(merged, tokens)[1] - logits).abs().max().item()
        assert difference < 2e-5, difference
        base_weights = load_file(HERE / base_name / "model.safetensors")
        for key, weight in merged.named_parameters():
            if key in base_weights and not torch.equal(weight, base_weights[key]):
                golden[f"merged.{key}"] = weight.detach()
        versions = {
            "torch": torch.__version__, "transformers": transformers.__version__,
            "peft": peft.__version__, "seed": seed, "model": base_name,
        }
        save_file(
            {key: value.contiguous() for key, value in golden.items()},
            folder / "golden.safetensors", metadata={"made_with": json.dumps(versions)},
        )
        print(name, float(loss), difference, sorted(stored)[:9], len(stored))
        print({k: list(v.shape) for k, v in stored.items() if "layers" not in k})
    save_both("patterns", "lora")


main()
