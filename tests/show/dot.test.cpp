// SPDX-License-Identifier: BSL-1.0
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

#include <cstdio>
#include <cstdlib>

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto z = vector<"z", "m">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

// Whether Graphviz reads the text; true as well where it is not installed.
bool graphviz_reads(const std::string& text) {
    if (std::system("command -v dot >/dev/null 2>&1") != 0) return true;
    std::FILE* pipe = popen("dot -Tsvg >/dev/null 2>&1", "w");
    if (pipe == nullptr) return false;
    std::fwrite(text.data(), 1, text.size(), pipe);
    return pclose(pipe) == 0;
}

TEST_CASE("the graph of an expression as written", "[show]") {
    CHECK(to_dot(norm(W * x - z * 2_c)) ==
          "digraph {\n"
          "  rankdir=LR; ordering=in;\n"
          "  node [shape=box, style=rounded, fontname=\"sans\"];\n"
          "  edge [fontname=\"sans\", fontsize=10];\n"
          "  n0 [label=\"W\", shape=ellipse];\n"
          "  n1 [label=\"x\", shape=ellipse];\n"
          "  n3 [label=\"z\", shape=ellipse];\n"
          "  n4 [label=\"2\"];\n"
          "  n2 [label=\"×\"];\n"
          "  n5 [label=\"×\"];\n"
          "  n6 [label=\"−\"];\n"
          "  n7 [label=\"‖·‖\"];\n"
          "  n0 -> n2 [label=\"m x n\"];\n"
          "  n1 -> n2 [label=\"n x 1\"];\n"
          "  n3 -> n5 [label=\"m x 1\"];\n"
          "  n4 -> n5 [label=\"1 x 1\"];\n"
          "  n2 -> n6 [label=\"m x 1\"];\n"
          "  n5 -> n6 [label=\"m x 1\"];\n"
          "  n6 -> n7 [label=\"m x 1\"];\n"
          "  result1 [label=\"result 1\", shape=plaintext];\n"
          "  n7 -> result1 [label=\"1 x 1\"];\n"
          "}\n");
}

TEST_CASE("what is shared stands once, leaves too", "[show]") {
    constexpr auto activation = tanh(W * x);
    const std::string text = to_dot(activation + activation, sum(activation));
    CHECK(occurrences(text, "label=\"tanh") == 1);
    CHECK(occurrences(text, "label=\"W\"") == 1);
    CHECK(occurrences(text, "label=\"result ") == 2);
    CHECK(occurrences(text, "cluster") == 0);
}

TEST_CASE("the reverse sweep stands beside the forward one", "[show]") {
    const std::string text = to_dot(loss, grad(loss, W));
    const std::size_t forward = text.find("cluster_forward"), reverse = text.find("cluster_reverse");
    REQUIRE(forward != std::string::npos);
    REQUIRE(reverse != std::string::npos);
    // The residual is computed on the way forward; the outer products and their sum on the way back.
    CHECK(text.substr(forward, reverse - forward).find("label=\"−\"") != std::string::npos);
    CHECK(text.substr(reverse).find("label=\"−\"") == std::string::npos);
    CHECK(text.substr(reverse).find("label=\"+\"") != std::string::npos);
    CHECK(graphviz_reads(text));
}

TEST_CASE("Graphviz reads names with marks in them", "[show]") {
    constexpr auto odd = matrix<"a\"b\\", "m", "n">;
    CHECK(to_dot(odd).find("label=\"a\\\"b\\\\\"") != std::string::npos);
    CHECK(graphviz_reads(to_dot(odd)));
    CHECK(graphviz_reads(to_dot(loss)));
    CHECK_FALSE((std::system("command -v dot >/dev/null 2>&1") == 0 && graphviz_reads("digraph {")));
}

} // namespace
