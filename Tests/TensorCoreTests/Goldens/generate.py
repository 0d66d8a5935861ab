#!/usr/bin/env python3
"""Make operations.safetensors: what PyTorch computes for every operation, forward and backward.

    python3 -m venv venv && venv/bin/pip install torch transformers safetensors numpy
    venv/bin/python Tests/TensorCoreTests/Goldens/generate.py

Inputs are random float32; everything is computed in float64 and rounded to float32 once, at the
end. README.md describes the names. Every gradient is checked before it is written; running it again
gives the same bytes.
"""

import json
import pathlib

import numpy
import safetensors
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file
from transformers.models.qwen3.modeling_qwen3 import apply_rotary_pos_emb

SEED = 20270
IGNORED = -100

generator = torch.Generator().manual_seed(SEED)
tensors = {}
cases = {}


def normal(*shape, scale=1.0, mean=0.0):
    return mean + scale * torch.randn(shape, generator=generator)


def integers(count, bound):
    return torch.randint(0, bound, (count,), generator=generator).int()


def record(operation, function, inputs, **settings):
    """Adds one case: settings and inputs, `dy`, `y`, and the gradient of sum(dy · y) with respect
    to each floating-point input whose name does not begin with `teacher_`.

    `function` takes the inputs (floating-point ones in float64, integers as int64) by name.
    """
    cases[operation] = cases.get(operation, 0) + 1
    prefix = f"{operation}/{cases[operation]}"
    arguments = {
        name: value.double() if value.is_floating_point() else value.long()
        for name, value in inputs.items()
    }
    leaves = [
        name for name, value in inputs.items()
        if value.is_floating_point() and not name.startswith("teacher_")
    ]
    for name in leaves:
        arguments[name].requires_grad_()
    y = function(**arguments)
    assert y.dtype == torch.float64 and y.isfinite().all()
    dy = normal(*y.shape)
    gradients = torch.autograd.grad((y * dy.double()).sum(), [arguments[name] for name in leaves])
    check(prefix, function, arguments, dict(zip(leaves, gradients)), dy.double())

    values = {**inputs, "dy": dy, "y": y, **{f"d{n}": g for n, g in zip(leaves, gradients)}}
    for name, value in settings.items():
        whole = isinstance(value, int)
        values[name] = torch.tensor(value, dtype=torch.int32 if whole else torch.float32)
    for name, value in values.items():
        value = value.detach()
        tensors[f"{prefix}/{name}"] = (
            value.float() if value.is_floating_point() else value
        ).contiguous()


def check(prefix, function, arguments, gradients, dy):
    """Each gradient against a central difference along one random direction."""
    step = 1e-6
    for name, gradient in gradients.items():
        direction = normal(*gradient.shape).double()
        with torch.no_grad():
            ahead, behind = (
                (function(**arguments | {name: arguments[name] + move * direction}) * dy).sum()
                for move in (step, -step)
            )
        measured = ((ahead - behind) / (2 * step)).item()
        expected = (gradient * direction).sum().item()
        size = (gradient.norm() * direction.norm()).item()
        assert abs(measured - expected) < 1e-7 * size, (prefix, name, measured, expected)


# Rows are [N, width]; heads are [B, T, heads, head size], all row-major.


def embedding():
    for ids, vocabulary, width in (
        (torch.tensor([3, 0, 3, 6, 3], dtype=torch.int32), 7, 8),
        (integers(35, 13), 13, 37),  # each id several times
    ):
        record(
            "embedding",
            lambda ids, weight: F.embedding(ids, weight),
            dict(ids=ids, weight=normal(vocabulary, width)),
        )


def linear():
    for rows, width, outputs in ((4, 8, 16), (67, 37, 29), (130, 19, 5)):
        scale = width**-0.5
        inputs = dict(x=normal(rows, width), weight=normal(outputs, width, scale=scale))
        record("linear", lambda x, weight: F.linear(x, weight), inputs)
    for rows, width, outputs in ((4, 8, 16), (67, 19, 29)):
        scale = width**-0.5
        inputs = dict(
            x=normal(rows, width), weight=normal(outputs, width, scale=scale), bias=normal(outputs)
        )
        record("linear_bias", lambda x, weight, bias: F.linear(x, weight, bias), inputs)


def norms():
    for rows, width in ((4, 16), (35, 37), (130, 9)):
        x = normal(rows, width)
        x[0] *= 1e-3  # where epsilon counts
        x[1] *= 1e3
        weight = normal(width, scale=0.2, mean=1.0)
        record(
            "rms_norm",
            lambda x, weight: F.rms_norm(x, weight.shape, weight, 1e-6),
            dict(x=x, weight=weight),
            epsilon=1e-6,
        )
        x = normal(rows, width, mean=0.5)
        x[0] *= 1e-3
        record(
            "layer_norm",
            lambda x, weight, bias: F.layer_norm(x, weight.shape, weight, bias, 1e-5),
            dict(x=x, weight=normal(width, scale=0.2, mean=1.0), bias=normal(width, scale=0.2)),
            epsilon=1e-5,
        )


def rotate(x, offset, theta):
    """transformers' rotation of the halves; position of x[:, t] is offset + t."""
    length, width = x.shape[1], x.shape[3]
    frequencies = theta ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(offset, offset + length, dtype=torch.float64)[:, None] * frequencies
    angles = torch.cat((angles, angles), dim=-1)[None]
    return apply_rotary_pos_emb(x, x, angles.cos(), angles.sin(), unsqueeze_dim=2)[0]


def rotary():
    # batch, length, heads, head size, first position
    for batch, length, heads, width, offset in (
        (1, 5, 2, 8, 0), (2, 33, 3, 10, 0), (1, 7, 2, 18, 131),
    ):
        x = normal(batch, length, heads, width)
        place = dict(offset=offset, theta=10000.0)
        record("rotary", lambda x: rotate(x, **place), dict(x=x), **place)
        record(
            "head_norm_rotary",
            lambda x, weight: rotate(F.rms_norm(x, weight.shape, weight, 1e-6), **place),
            dict(x=normal(*x.shape), weight=normal(width, scale=0.2, mean=1.0)),
            epsilon=1e-6, **place,
        )


def attend(q, k, v, causal, query_offset):
    """Query i stands at position query_offset + i; keys at 0, 1, …; scores over sqrt(head size)."""
    group = q.shape[2] // k.shape[2]
    q, k, v = (t.transpose(1, 2) for t in (q, k, v))
    k, v = (t.repeat_interleave(group, dim=1) for t in (k, v))
    places = query_offset + torch.arange(q.shape[2])
    visible = (torch.arange(k.shape[2]) <= places[:, None]) | (not causal)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=visible).transpose(1, 2)


def attention():
    # batch, queries, keys, query heads, key-value heads, head size, causal, query offset, q scale
    for batch, queries, keys, heads, shared, width, causal, offset, scale in (
        (2, 9, 9, 4, 4, 8, 1, 0, 1.0),
        (1, 130, 130, 3, 1, 6, 1, 0, 1.0),  # more than two tiles of 64
        (2, 7, 20, 6, 2, 7, 1, 13, 1.0),  # the end of a sequence, as with a cache
        (2, 11, 11, 6, 2, 5, 0, 0, 1.0),
        (1, 3, 67, 4, 2, 12, 0, 0, 1.0),
        (1, 70, 70, 2, 1, 6, 1, 0, 30.0),  # scores near ±100: exp alone would overflow
    ):
        settings = dict(causal=causal, query_offset=offset)
        record(
            "attention",
            lambda q, k, v: attend(q, k, v, **settings),
            dict(
                q=normal(batch, queries, heads, width, scale=scale),
                k=normal(batch, keys, shared, width),
                v=normal(batch, keys, shared, width),
            ),
            **settings,
        )


def activations():
    for rows, width in ((3, 16), (19, 37)):
        gate, x = normal(rows, width, scale=2.0), normal(rows, width, scale=2.0)
        extremes = torch.tensor([0.0, -0.0, 1e-6, -1e-6, 6.0, -6.0, 30.0, -30.0, 100.0, -100.0])
        gate[0, : len(extremes)] = extremes
        x[0, : len(extremes)] = extremes
        record(
            "swiglu",
            lambda gate, up: F.silu(gate) * up,
            dict(gate=gate, up=normal(rows, width)),
        )
        record("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), dict(x=x))
        record("gelu_exact", lambda x: F.gelu(x), dict(x=x.clone()))


def linear_cross_entropy():
    """y is the log-probability of each target, 0 where it is ignored."""
    # rows, width, vocabulary, scale of the logits
    for rows, width, vocabulary, scale in ((6, 8, 16, 1.0), (67, 37, 101, 1.0), (130, 9, 19, 60.0)):
        targets = integers(rows, vocabulary)
        targets[1::5] = IGNORED
        record(
            "linear_cross_entropy",
            lambda x, weight, targets: -F.cross_entropy(
                F.linear(x, weight), targets, ignore_index=IGNORED, reduction="none"
            ),
            dict(
                x=normal(rows, width),
                weight=normal(vocabulary, width, scale=scale * width**-0.5),
                targets=targets,
            ),
        )


def linear_kl():
    """y = τ² · Σ_v p_v (log p_v − log q_v), p = softmax(teacher/τ), q = softmax(student/τ)."""
    # rows, student width, teacher width, vocabulary, temperature, scale of the logits
    for rows, width, teacher_width, vocabulary, temperature, scale in (
        (5, 8, 16, 16, 1.0, 1.0), (35, 37, 21, 53, 2.0, 1.0), (33, 9, 9, 19, 0.5, 20.0),
    ):

        def divergence(x, weight, teacher_x, teacher_weight):
            student = F.log_softmax(F.linear(x, weight) / temperature, dim=-1)
            teacher = F.log_softmax(F.linear(teacher_x, teacher_weight) / temperature, dim=-1)
            kl = F.kl_div(student, teacher, log_target=True, reduction="none").sum(-1)
            return temperature**2 * kl

        record(
            "linear_kl",
            divergence,
            dict(
                x=normal(rows, width),
                weight=normal(vocabulary, width, scale=scale * width**-0.5),
                teacher_x=normal(rows, teacher_width),
                teacher_weight=normal(vocabulary, teacher_width, scale=scale * teacher_width**-0.5),
            ),
            temperature=temperature,
        )


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    operations = (
        embedding, linear, norms, rotary, attention, activations, linear_cross_entropy, linear_kl,
    )
    for operation in operations:
        operation()
    made = {
        "seed": SEED,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "safetensors": safetensors.__version__,
        "numpy": numpy.__version__,
    }
    # One key: the order of several is not the same from run to run.
    path = pathlib.Path(__file__).parent / "operations.safetensors"
    save_file(tensors, path, metadata={"made_with": json.dumps(made)})
    print(json.dumps(made | {"cases": cases, "bytes": path.stat().st_size}, indent=1))


if __name__ == "__main__":
    main()
