#!/usr/bin/env python3
"""Make the reference goldens of the language model with PyTorch and transformers' own classes.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python Tests/LanguageModelTests/Goldens/generate.py [NAME...]

Each model gets a folder beside this script: config.json and model.safetensors, which transformers
loads as they are, and golden.safetensors with what it computed. README.md describes the contents.
Everything is checked before it is written; running it again gives the same bytes.
"""

import copy
import json
import math
import pathlib
import sys

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import modeling_rope_utils

HERE = pathlib.Path(__file__).parent
ADAMW = {"lr": 3e-3, "betas": (0.9, 0.95), "eps": 1e-8}
WEIGHT_DECAY = 0.1
MAXIMUM_NORM = 1.0
STEPS = 10
PROMPT = 5
CONTINUATION = 12

# name: seed (chosen so that the greedy continuation is varied), shape of the batch (rows, inputs a
# row) and the fields of the configuration.
MODELS = {
    "multi-head": dict(
        seed=17, rows=2, length=32, vocab_size=96, hidden_size=32, intermediate_size=40,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4, head_dim=8,
        tie_word_embeddings=True,
    ),
    "grouped": dict(
        seed=5, rows=2, length=130, vocab_size=101, hidden_size=48, intermediate_size=37,
        num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2, head_dim=16,
        tie_word_embeddings=False,
    ),
    "multi-query": dict(
        seed=34, rows=3, length=65, vocab_size=101, hidden_size=32, intermediate_size=44,
        num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=1, head_dim=8,
        tie_word_embeddings=True,
    ),
    "long": dict(
        seed=30, rows=1, length=200, vocab_size=257, hidden_size=64, intermediate_size=96,
        num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, head_dim=64,
        tie_word_embeddings=True, rope_theta=1e6, rms_norm_eps=1e-5,
    ),
    "llama": dict(
        model_type="llama", seed=45, rows=2, length=65, vocab_size=101, hidden_size=48,
        intermediate_size=37, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2,
        head_dim=16, tie_word_embeddings=False, rope_theta=5e5, rms_norm_eps=1e-5,
        rope_parameters={
            "rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
        },
    ),
    "llama-biased": dict(
        model_type="llama", seed=43, rows=2, length=40, vocab_size=96, hidden_size=32,
        intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=4,
        head_dim=8, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
        rope_parameters={
            "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ),
    "qwen2": dict(
        model_type="qwen2", seed=51, rows=2, length=40, vocab_size=101, hidden_size=48,
        intermediate_size=37, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=3,
        head_dim=8, tie_word_embeddings=True, rope_theta=1e6,
    ),
    "gpt2": dict(
        model_type="gpt2", seed=60, rows=2, length=65, vocab_size=101, n_embd=36, n_layer=2,
        n_head=4, n_inner=52, n_positions=80, tie_word_embeddings=True,
        layer_norm_epsilon=1e-5,
    ),
}

CLASSES = {
    "qwen3": "Qwen3ForCausalLM", "llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM",
    "gpt2": "GPT2LMHeadModel",
}


def configuration(fields):
    """config.json with every field written out, rotary base in its new and its old spelling."""
    fields = {key: value for key, value in fields.items() if key not in ("seed", "rows", "length")}
    if fields.get("model_type") == "gpt2":
        return {
            "architectures": [CLASSES["gpt2"]], "dtype": "float32", "torch_dtype": "float32",
            "activation_function": "gelu_new", "attn_pdrop": 0.0, "embd_pdrop": 0.0,
            "resid_pdrop": 0.0, "bos_token_id": None, "eos_token_id": None, "pad_token_id": None,
            **fields,
        }
    fields = {"rope_theta": 10000.0, "rms_norm_eps": 1e-6} | fields
    if "model_type" in fields:
        fields["architectures"] = [CLASSES[fields["model_type"]]]
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "dtype": "float32",
        "torch_dtype": "float32",
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "max_position_embeddings": 256,
        "sliding_window": None,
        "use_sliding_window": False,
        "initializer_range": 0.02,
        "use_cache": True,
        "bos_token_id": None,
        "eos_token_id": None,
        "pad_token_id": None,
        "rope_parameters": {"rope_type": "default", "rope_theta": fields["rope_theta"]},
        **fields,
    }


def write_model(folder, fields, generator):
    """Random weights, norms included, large enough that attention and logits are far from flat."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(configuration(fields), indent=2) + "\n")
    model = transformers.AutoModelForCausalLM.from_config(
        transformers.AutoConfig.from_pretrained(folder)
    )
    weights = {}
    for name, parameter in model.named_parameters():
        normal = torch.randn(parameter.shape, generator=generator)
        if name.endswith(".bias"):
            weights[name] = 0.2 * normal
        elif parameter.dim() == 1:
            weights[name] = 1 + 0.2 * normal
        elif "wpe" in name:
            weights[name] = 0.5 * normal
        elif any(part in name for part in ("embed_tokens", "lm_head", "wte")):
            weights[name] = 0.15 * normal  # larger, and a tied model repeats its last token
        else:  # GPT-2 stores [inputs, outputs]
            inputs = parameter.shape[0 if ".c_" in name else 1]
            weights[name] = normal / math.sqrt(inputs)
    assert ("lm_head.weight" in weights) != fields["tie_word_embeddings"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def load_model(folder):
    """The model as transformers loads it, and that every weight in it is the file's."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    assert type(model).__name__ == model.config.architectures[0]
    weights = load_file(folder / "model.safetensors")
    parameters = dict(model.named_parameters())
    assert weights.keys() == parameters.keys()
    assert all(torch.equal(weights[name], parameters[name]) for name in weights)
    return model


class Float64Torch:
    """PyTorch whose `float` is float64, for transformers' functions that convert to it."""

    def __getattr__(self, name):
        return torch.float64 if name in ("float", "float32") else getattr(torch, name)


def scaled_frequencies(config, kind):
    """What transformers makes of the rotary frequencies, computed in float64."""
    modeling_rope_utils.torch = Float64Torch()
    try:
        return modeling_rope_utils.ROPE_INIT_FUNCTIONS[kind](config, "cpu")
    finally:
        modeling_rope_utils.torch = torch


def in_float64(model):
    """A copy that computes in float64 throughout.

    `model.double()` alone does not: transformers' norms, softmax and rotary angles convert to
    float32 whatever the weights are.
    """
    model = copy.deepcopy(model).double()

    def norm_forward(self, x):
        return torch.nn.functional.rms_norm(
            x, self.weight.shape, self.weight, self.variance_epsilon
        )

    def rotary_forward(self, x, position_ids):
        rope = dict(self.config.rope_parameters)
        if rope["rope_type"] == "default":
            width = self.config.head_dim
            exponent = torch.arange(0, width, 2, dtype=torch.float64) / width
            frequencies, scale = rope["rope_theta"] ** -exponent, 1.0
        else:
            frequencies, scale = scaled_frequencies(self.config, rope["rope_type"])
        angles = position_ids[..., None].double() * frequencies
        angles = torch.cat((angles, angles), dim=-1)
        return angles.cos() * scale, angles.sin() * scale

    for module in model.modules():
        if type(module).__name__.endswith("RMSNorm"):
            module.forward = norm_forward.__get__(module)
        if type(module).__name__.endswith("RotaryEmbedding"):
            module.forward = rotary_forward.__get__(module)
    return model


def attention_in_own_precision(
    module, query, key, value, attention_mask, scaling=None, dropout=0.0, **ignored
):
    """Takes the place of transformers' eager attention, whose softmax is always in float32.

    For float32 inputs it is the same calculation; `main` checks that.
    """
    groups = getattr(module, "num_key_value_groups", 1)
    key = key.repeat_interleave(groups, dim=1)
    value = value.repeat_interleave(groups, dim=1)
    scores = query @ key.transpose(2, 3) * scaling
    length = query.shape[2]
    hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(hidden, -math.inf).softmax(-1)
    return (weights @ value).transpose(1, 2).contiguous(), weights


def token_losses(model, tokens):
    """Negative log-likelihoods in nats [B, T], and the logits [B, T, V] they come from."""
    logits = model(tokens[:, :-1], use_cache=False).logits
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none"
    )
    return losses.view(tokens.shape[0], -1), logits


def loss_and_gradients(model, tokens):
    model.zero_grad(set_to_none=True)
    losses, logits = token_losses(model, tokens)
    losses.mean().backward()
    gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
    return losses.detach(), logits.detach(), gradients


def adamw_losses(model, tokens):
    """The losses before each of the first updates, all on one batch."""
    model = copy.deepcopy(model)
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": WEIGHT_DECAY},
            {"params": vectors, "weight_decay": 0.0},
        ],
        **ADAMW,
    )
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        loss = token_losses(model, tokens)[0].mean()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), MAXIMUM_NORM))
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses), torch.stack(norms).detach()


def greedy(model, prompt):
    """The continuation, recomputed from the whole sequence for each token, and its closest call:
    the smallest gap between the largest and the second largest logit."""
    ids, gap = prompt.clone(), math.inf
    for _ in range(CONTINUATION):
        best = model(ids, use_cache=False).logits[0, -1].topk(2)
        gap = min(gap, (best.values[0] - best.values[1]).item())
        ids = torch.cat((ids, best.indices[:1][None]), dim=1)
    return ids[0, prompt.shape[1] :], gap


def relative_error(actual, exact):
    """The largest difference over the largest magnitude."""
    return ((actual.double() - exact).abs().max() / exact.abs().max()).item()


def check_gradient(model, tokens, gradients, generator):
    """The gradients against a central difference of the loss along one random direction."""
    step = 1e-6
    parameters = dict(model.named_parameters())
    direction = {
        name: torch.randn(p.shape, generator=generator, dtype=torch.float64)
        for name, p in parameters.items()
    }
    expected = sum((gradients[name] * direction[name]).sum() for name in parameters).item()
    losses = []
    with torch.no_grad():
        for move in (step, -2 * step, step):
            for name, parameter in parameters.items():
                parameter += move * direction[name]
            losses.append(token_losses(model, tokens)[0].mean().item())
    measured = (losses[0] - losses[1]) / (2 * step)
    assert math.isclose(measured, expected, rel_tol=1e-6), (measured, expected)


def write_golden(name, fields):
    folder = HERE / name
    generator = torch.Generator().manual_seed(fields["seed"])
    write_model(folder, fields, generator)
    rows, length, vocabulary = fields["rows"], fields["length"], fields["vocab_size"]
    tokens = torch.randint(0, vocabulary, (rows, length + 1), generator=generator)

    model = load_model(folder)
    losses, logits, gradients = loss_and_gradients(model, tokens)
    steps, norms = adamw_losses(model, tokens)
    with torch.no_grad():
        continuation, _ = greedy(model, tokens[:1, :PROMPT])
    generated = model.generate(
        tokens[:1, :PROMPT], attention_mask=torch.ones(1, PROMPT, dtype=torch.long),
        max_new_tokens=CONTINUATION, do_sample=False,
    )[0, PROMPT:]  # with transformers' key-value cache
    assert torch.equal(continuation, generated)

    # The same in float64. First see that the replaced attention changes nothing in float32.
    modeling = sys.modules[type(model).__module__]
    eager, modeling.eager_attention_forward = (
        modeling.eager_attention_forward, attention_in_own_precision)
    assert relative_error(token_losses(model, tokens)[1].detach(), logits.double()) < 2e-6
    exact = in_float64(model)
    losses64, logits64, gradients64 = loss_and_gradients(exact, tokens)
    steps64, norms64 = adamw_losses(exact, tokens)
    with torch.no_grad():
        continuation64, gap = greedy(exact, tokens[:1, :PROMPT])
    assert losses64.dtype == logits64.dtype == steps64.dtype == torch.float64
    assert torch.equal(continuation, continuation64) and gap > 1e-2, gap
    assert len(continuation.unique()) >= 6, continuation  # one id over and over would say little
    check_gradient(exact, tokens, gradients64, generator)
    modeling.eager_attention_forward = eager

    if rows * length * vocabulary <= 8192:
        positions = torch.arange(length)
    else:  # the ends, both sides of every multiple of 64, and some between
        edges = [p for m in range(64, length, 64) for p in (m - 1, m)]
        positions = torch.tensor(sorted({0, 1, 37, 100 % length, length - 1, *edges}))

    tensors = {
        "tokens": tokens.int(),
        "logit_positions": positions.int(),
        "logits": logits[:, positions],
        "logits64": logits64[:, positions],
        "token_losses": losses,
        "token_losses64": losses64,
        "loss": losses.mean(),
        "loss64": losses64.mean(),
        "gradient_norm": norms[0],
        "gradient_norm64": norms64[0],
        "adamw_losses": steps,
        "adamw_losses64": steps64,
        "greedy": continuation.int(),
        **{f"gradient.{key}": value for key, value in gradients64.items()},
    }
    tensors = {
        key: (value if value.dtype == torch.int32 else value.float()).contiguous()
        for key, value in tensors.items()
    }
    made = {
        "seed": fields["seed"],
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "safetensors": safetensors.__version__,
        "numpy": numpy.__version__,
        "loss64": losses64.mean().item(),
        "gradient_norm64": norms64[0].item(),
        "adamw_losses64": steps64.tolist(),
        "greedy_smallest_gap": gap,
        "float32_relative_error": {
            "logits": relative_error(logits, logits64),
            "loss": relative_error(losses.mean(), losses64.mean()),
            "gradients": max(relative_error(gradients[k], gradients64[k]) for k in gradients),
            "adamw_losses": relative_error(steps, steps64),
        },
    }
    errors = made["float32_relative_error"]
    assert max(errors["logits"], errors["loss"], errors["gradients"]) < 1e-5, errors
    assert errors["adamw_losses"] < 1e-4, errors
    # One key: the order of several is not the same from run to run.
    save_file(tensors, folder / "golden.safetensors", metadata={"made_with": json.dumps(made)})
    print(json.dumps({"model": name} | made, indent=1))


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name, fields in MODELS.items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            write_golden(name, fields)


if __name__ == "__main__":
    main()
