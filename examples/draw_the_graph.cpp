// SPDX-License-Identifier: BSL-1.0
// The computational graph of a ReLU layer, the reverse sweep beside the forward one:
// draw_the_graph | dot -Tsvg > graph.svg
#include <ctgrad/ctgrad.hpp>

#include <iostream>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = sum(relu(W * x));

int main() {
    std::cout << to_dot(loss, grad(loss, W));
}

// Output:
// digraph {
//   rankdir=LR; ordering=in;
//   node [shape=box, style=rounded, fontname="sans"];
//   edge [fontname="sans", fontsize=10];
//   n0 [label="W", shape=ellipse];
//   n1 [label="x", shape=ellipse];
//   subgraph cluster_forward {
//     label="forward sweep"; color=gray; fontname="sans";
//     n2 [label="×"];
//     n3 [label="relu"];
//     n4 [label="sum"];
//   }
//   subgraph cluster_reverse {
//     label="reverse sweep"; color=gray; fontname="sans";
//     n5 [label="[· > 0]"];
//     n6 [label="·ᵀ"];
//     n7 [label="×"];
//   }
//   n0 -> n2 [label="m x n"];
//   n1 -> n2 [label="n x 1"];
//   n2 -> n3 [label="m x 1"];
//   n3 -> n4 [label="m x 1"];
//   n2 -> n5 [label="m x 1"];
//   n1 -> n6 [label="n x 1"];
//   n5 -> n7 [label="m x 1"];
//   n6 -> n7 [label="1 x n"];
//   result1 [label="result 1", shape=plaintext];
//   n4 -> result1 [label="1 x 1"];
//   result2 [label="result 2", shape=plaintext];
//   n7 -> result2 [label="m x n"];
// }
