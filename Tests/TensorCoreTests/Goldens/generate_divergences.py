#!/usr/bin/env python3
"""Make divergences.safetensors: reverse KL and Jensen-Shannon divergence by PyTorch, in float64.

    venv/bin/pip install torch safetensors
    venv/bin/python Tests/TensorCoreTests/Goldens/generate_divergences.py

For a student x [N, 12], weight [V, 12] and a teacher of width 9: the divergence y [N] of
softmax(logits / t) times t squared, and the gradients of sum(y * dy). JSD(beta) is
beta KL(teacher | M) + (1 - beta) KL(student | M), M = beta teacher + (1 - beta) student. "top" is
KL(teacher | student) where all but the teacher's five most probable tokens count as one.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
TOKENS, VOCABULARY = 70, 53


def kl(p, q):
    return (p * (p.log() - q.log())).sum(-1)


def main():
    torch.manual_seed(11)
    double = dict(dtype=torch.float64)
    x = torch.randn(TOKENS, 12, **double)
    weight = torch.randn(VOCABULARY, 12, **double)
    teacher_x = torch.randn(TOKENS, 9, **double)
    teacher_weight = torch.randn(VOCABULARY, 9, **double)
    dy = torch.randn(TOKENS, **double)
    # What the test reads is float32: the truth is computed from the same numbers.
    x, weight, teacher_x, teacher_weight, dy = (
        value.float().double() for value in (x, weight, teacher_x, teacher_weight, dy)
    )
    golden = {
        "x": x, "weight": weight, "teacher_x": teacher_x, "teacher_weight": teacher_weight,
        "dy": dy,
    }
    for name, temperature, beta in [
        ("reverse", 1.7, None), ("jsd", 1.7, 0.5), ("jsd-low", 1.0, 0.2),
    ]:
        a, w = x.clone().requires_grad_(), weight.clone().requires_grad_()
        p = (a @ w.T / temperature).softmax(-1)
        q = (teacher_x @ teacher_weight.T / temperature).softmax(-1)
        if beta is None:
            y = kl(p, q)
        else:
            m = beta * q + (1 - beta) * p
            y = beta * kl(q, m) + (1 - beta) * kl(p, m)
        y = y * temperature**2
        (y * dy).sum().backward()
        golden |= {f"{name}.y": y.detach(), f"{name}.dx": a.grad, f"{name}.dweight": w.grad}
    a, w = x.clone().requires_grad_(), weight.clone().requires_grad_()
    p = (a @ w.T / 1.7).softmax(-1)
    q = (teacher_x @ teacher_weight.T / 1.7).softmax(-1)
    probabilities, ids = q.topk(5, dim=-1)
    probabilities = probabilities.float().double()
    rest, others = 1 - probabilities.sum(-1), 1 - p.gather(-1, ids).sum(-1)
    y = kl(probabilities, p.gather(-1, ids)) + rest * (rest.log() - others.log())
    y = y * 1.7**2
    (y * dy).sum().backward()
    golden |= {
        "top.y": y.detach(), "top.dx": a.grad, "top.dweight": w.grad,
        "top.probabilities": probabilities, "top.ids": ids,
    }
    save_file(
        {key: value.float().contiguous() for key, value in golden.items()},
        HERE / "divergences.safetensors",
        metadata={"made_with": json.dumps({"torch": torch.__version__, "seed": 11})},
    )


main()
