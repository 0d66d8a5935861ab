"""One preset's training step in PyTorch: the peer of `swiftlet benchmark train`.

    python Benchmarks/torch_step.py PRESET [eager|compile|bf16|compile-bf16]

Float32 unless the mode says bf16, which is autocast. Prints JSON: mode, gflops, tokens_per_second, peak_rss_bytes. The model is Swiftlet's, written with PyTorch's
own modules (RMSNorm, Linear, scaled_dot_product_attention), its optimizer the fused AdamW, the
gradient clipped to norm 1. FLOPs of a token: 6 per parameter and 6 * layers * context * width.
"""

import json
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

# layers, width, heads, key-value heads, feed-forward, context, vocabulary, batch
PRESETS = {
    "nano": (4, 128, 4, 4, 384, 256, 2048, 32),
    "micro": (6, 384, 6, 6, 1024, 256, 4096, 16),
    "mini": (8, 512, 8, 4, 1408, 512, 8192, 8),
    "small": (12, 768, 12, 6, 2048, 1024, 32768, 1),
}


class Layer(nn.Module):
    def __init__(self, width, heads, kv_heads, ffn):
        super().__init__()
        self.heads, self.kv_heads, self.size = heads, kv_heads, width // heads
        self.norm_in = nn.RMSNorm(width, eps=1e-6)
        self.norm_mid = nn.RMSNorm(width, eps=1e-6)
        self.q_norm = nn.RMSNorm(self.size, eps=1e-6)
        self.k_norm = nn.RMSNorm(self.size, eps=1e-6)
        self.qkv = nn.Linear(width, (heads + 2 * kv_heads) * self.size, bias=False)
        self.out = nn.Linear(heads * self.size, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * ffn, bias=False)
        self.down = nn.Linear(ffn, width, bias=False)

    def split(self, packed, count):
        batch, length, _ = packed.shape
        return packed.view(batch, length, count, self.size)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape
        kv = self.kv_heads * self.size
        q, k, v = self.qkv(self.norm_in(x)).split([self.heads * self.size, kv, kv], dim=-1)
        q = self.q_norm(self.split(q, self.heads)).transpose(1, 2)
        k = self.k_norm(self.split(k, self.kv_heads)).transpose(1, 2)
        v = self.split(v, self.kv_heads).transpose(1, 2)

        def rotate(t):
            first, second = t.chunk(2, dim=-1)
            y = torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)
            return y.to(v.dtype)

        grouped = self.heads != self.kv_heads
        y = F.scaled_dot_product_attention(rotate(q), rotate(k), v, is_causal=True, enable_gqa=grouped)
        x = x + self.out(y.transpose(1, 2).reshape(batch, length, -1))
        gate, up = self.gate_up(self.norm_mid(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Model(nn.Module):
    def __init__(self, layers, width, heads, kv_heads, ffn, context, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.layers = nn.ModuleList(Layer(width, heads, kv_heads, ffn) for _ in range(layers))
        self.norm = nn.RMSNorm(width, eps=1e-6)
        size = width // heads
        frequencies = 10000.0 ** (-torch.arange(0, size, 2) / size)
        angles = torch.outer(torch.arange(context), frequencies)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def forward(self, tokens, targets):
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin)
        logits = F.linear(self.norm(x), self.embedding.weight)
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def main():
    layers, width, heads, kv_heads, ffn, context, vocabulary, batch = PRESETS[sys.argv[1]]
    mode = sys.argv[2] if len(sys.argv) > 2 else "eager"
    assert mode in ("eager", "compile", "bf16", "compile-bf16"), mode
    torch.manual_seed(0)
    model = Model(layers, width, heads, kv_heads, ffn, context, vocabulary)
    run = torch.compile(model) if mode.startswith("compile") else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    parameters = sum(p.numel() for p in model.parameters())
    flops = (6 * parameters + 6 * layers * context * width) * batch * context
    seconds = []
    for _ in range(9):
        tokens = torch.randint(0, vocabulary, (batch, context + 1))
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mode.endswith("bf16")):
            loss = run(tokens[:, :-1], tokens[:, 1:])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[2:])
    print(json.dumps({
        "torch": torch.__version__, "mode": mode, "threads": torch.get_num_threads(),
        "gflops": flops / median / 1e9, "tokens_per_second": batch * context / median,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
