#!/usr/bin/env python3
"""Make tiny directories as `transformers` writes them, and what it computes from them.

    venv/bin/pip install torch transformers safetensors tokenizers
    venv/bin/python Tests/InterchangeTests/Goldens/generate.py

Each model gets a folder: what save_pretrained writes, sharded or in another precision as its fields
say, a byte-level tokenizer.json, and golden.safetensors with `tokens` and `logits`, computed in
float32 from the stored weights. Running it again gives the same bytes. With names of models as
arguments, only these are made.
"""

import json
import pathlib
import shutil
import sys

import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import decoders, models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
VOCABULARY = 260
TOKENS = 24
LLAMA = dict(
    hidden_size=16, intermediate_size=22, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=4, max_position_embeddings=64, rms_norm_eps=1e-5,
)


def scaled(kind, **fields):
    return {"rope_type": kind, "rope_theta": 10000.0, **fields}


# name: class, fields of its configuration, how it is stored.
MODELS = {
    "llama-plain": ("Llama", dict(LLAMA), dict()),
    "llama-grouped-bf16": (
        "Llama", LLAMA | dict(num_key_value_heads=2, head_dim=6), dict(dtype=torch.bfloat16)),
    "llama-tied-f16": ("Llama", LLAMA | dict(tie_word_embeddings=True), dict(dtype=torch.float16)),
    "llama-biases-sharded": (
        "Llama", LLAMA | dict(attention_bias=True, mlp_bias=True), dict(shard="6KB")),
    "llama-linear": (
        "Llama", LLAMA | dict(rope_parameters=scaled("linear", factor=2.5)), dict()),
    "llama-dynamic": (
        "Llama", LLAMA | dict(rope_parameters=scaled("dynamic", factor=4.0)), dict()),
    "llama-llama3": (
        "Llama", LLAMA | dict(rope_parameters=scaled(
            "llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=16)), dict()),
    "llama-yarn": (
        "Llama", LLAMA | dict(rope_parameters=scaled(
            "yarn", factor=4.0, original_max_position_embeddings=16)), dict(old_rope=True)),
    "qwen2-yarn-fields": (
        "Qwen2", LLAMA | dict(num_key_value_heads=1, rope_parameters=scaled(
            "yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=8.0, beta_slow=2.0,
            mscale=0.7, mscale_all_dim=1.3, truncate=False)), dict()),
    "qwen2-tied-sharded": (
        "Qwen2", LLAMA | dict(num_key_value_heads=2, tie_word_embeddings=True),
        dict(shard="6KB", dtype=torch.bfloat16)),
    "qwen3-headsize": (
        "Qwen3", LLAMA | dict(num_key_value_heads=2, head_dim=10, attention_bias=True), dict()),
    "gpt2": ("GPT2", dict(n_embd=20, n_layer=2, n_head=4, n_positions=64), dict()),
    "gpt2-bare": (
        "GPT2", dict(n_embd=18, n_layer=2, n_head=2, n_inner=30, n_positions=48,
                     activation_function="gelu"), dict(bare=True, dtype=torch.float16)),
    "gpt2-untied-sharded": (
        "GPT2", dict(n_embd=20, n_layer=2, n_head=5, n_positions=64, tie_word_embeddings=False),
        dict(shard="8KB")),
    # With a tokenizer of SmolLM2's structure.
    "llama-digits": (
        "Llama", LLAMA | dict(vocab_size=320, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2),
        dict(dtype=torch.bfloat16, digits=True)),
}
TEXTS = [
    "The lantern of 1987 had 24 panes, and 3 of the 24 were new: 3.14 kg.",
    "  12  345\n\n6 \n 7\t8 9  ", "a1b22c 'tis 5's don't 10'll", "Ⅷ ½ x² ٣٤ 〇 ① 𝟘",
    "<|im_start|>user\n7 and 70?<|im_end|>\n<|im_start|>assistant\n", "<|endoftext|><extra_7> 77",
]


def randomise(model, generator):
    for name, parameter in model.named_parameters():
        normal = torch.randn(parameter.shape, generator=generator)
        with torch.no_grad():
            if name.endswith(".bias"):
                parameter.copy_(0.2 * normal)
            elif parameter.dim() == 1:
                parameter.copy_(1 + 0.2 * normal)
            else:
                parameter.copy_(0.3 * normal)


def write_tokenizer(folder):
    """The 256 bytes and three special tokens, fewer than the model has rows."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = tokenizers.Tokenizer(
        models.BPE(vocab={token: index for index, token in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def write_digits_tokenizer(folder):
    """Cut at digits; special tokens first; merges learned, and ids by transformers in ids.json."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer.train_from_iterator(TEXTS * 3, trainers.BpeTrainer(
        vocab_size=320, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=special + [f"<extra_{n}>" for n in range(14)]))
    assert tokenizer.get_vocab_size() == 320
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|im_start|>",
              "eos_token": "<|im_end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    loaded = transformers.AutoTokenizer.from_pretrained(folder)
    ids = [loaded(text, add_special_tokens=False).input_ids for text in TEXTS]
    assert [loaded.decode(i) for i in ids] == TEXTS
    (folder / "ids.json").write_text(json.dumps({"texts": TEXTS, "ids": ids}, indent=1) + "\n")


def store_bare(folder):
    """As OpenAI's own GPT-2 files: without `transformer.`, with the causal mask."""
    path = folder / "model.safetensors"
    tensors = {k.removeprefix("transformer."): v for k, v in load_file(path).items()}
    for layer in range(2):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 4, 4).tril()
    save_file(tensors, path, metadata={"format": "pt"})


def store_old_rope(folder):
    """As versions before 5 wrote it."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    rope["type"] = rope["rope_type"]
    config["rope_scaling"] = rope
    path.write_text(json.dumps(config, indent=2) + "\n")


def main():
    torch.set_num_threads(1)
    for seed, (name, (kind, fields, storing)) in enumerate(MODELS.items()):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        generator = torch.Generator().manual_seed(seed)
        config = getattr(transformers, f"{kind}Config")(
            **dict(vocab_size=VOCABULARY, bos_token_id=256, eos_token_id=256) | fields)
        suffix = "LMHeadModel" if kind == "GPT2" else "ForCausalLM"
        model = getattr(transformers, kind + suffix)(config).eval()
        randomise(model, generator)
        model.to(storing.get("dtype", torch.float32)).save_pretrained(
            folder, max_shard_size=storing.get("shard", "1GB"))
        (folder / "generation_config.json").unlink(missing_ok=True)
        if storing.get("bare"):
            store_bare(folder)
        if storing.get("old_rope"):
            store_old_rope(folder)
        assert ("shard" in storing) == (folder / "model.safetensors.index.json").exists(), name
        (write_digits_tokenizer if storing.get("digits") else write_tokenizer)(folder)
        loaded = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        tokens = torch.randint(0, config.vocab_size, (TOKENS,), generator=generator)
        with torch.no_grad():
            logits = loaded(tokens[None], use_cache=False).logits[0]
        save_file({"tokens": tokens.int(), "logits": logits.contiguous()},
                  folder / "golden.safetensors")
        for file in folder.iterdir():
            file.chmod(0o644)
        print(name, sorted(p.name for p in folder.iterdir() if "safetensors" in p.name))


if __name__ == "__main__":
    main()
