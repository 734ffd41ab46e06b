// SPDX-License-Identifier: BSL-1.0
// What the guide shows as pictures: `pictures formula` writes a page for LaTeX, `pictures graph` a graph for Graphviz.
#include <ctgrad/ctgrad.hpp>

#include <iostream>
#include <string_view>

using namespace ctgrad;

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * x - x);

int main(int count, char** arguments) {
    const std::string_view wanted = count == 2 ? arguments[1] : "";
    if (wanted == "formula") {
        std::cout << "\\documentclass{article}\\usepackage{amsmath}\\pagestyle{empty}\\begin{document}\n"
                  << "\\[ L = " << to_latex(loss) << " \\]\n"
                  << "\\[ \\frac{\\partial L}{\\partial W} = " << to_latex(grad(loss, W)) << " \\]\n"
                  << "\\end{document}\n";
    } else if (wanted == "graph") {
        std::cout << to_dot(loss, grad(loss, W));
    } else {
        std::cerr << "pictures formula|graph\n";
        return 2;
    }
}
