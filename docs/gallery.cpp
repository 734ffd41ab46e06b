// SPDX-License-Identifier: BSL-1.0
// Writes a page with a few systems as the library shows them, in Doxygen's Markdown: formulas, graphs, plans. gallery FILE.
#include <ctgrad/ctgrad.hpp>

#include <fstream>
#include <iostream>
#include <string>

using namespace ctgrad;

namespace {

template <class Loss, class Leaf>
void show(std::ostream& out, const char* title, const char* name, Loss loss, Leaf leaf) {
    constexpr auto ways = count_paths(Loss{}, Leaf{});
    out << "# " << title << "\n\n"
        << "\\f[ L = " << to_latex(loss) << " \\f]\n\n"
        << "\\f[ \\frac{\\partial L}{\\partial " << to_latex(leaf) << "} = " << to_latex(grad(loss, leaf)) << " \\f]\n\n"
        << "The computational graph, the reverse sweep beside the forward one, with "
        << (ways == 1 ? "one path" : std::to_string(ways) + " paths") << " from " << name << " to the loss:\n\n"
        << "\\dot\n" << to_dot(loss, grad(loss, leaf)) << "\\enddot\n\n"
        << "What `explain(compile(loss, grad(loss, " << name << ")))` says of the plan:\n\n"
        << "```\n" << explain(compile(loss, grad(loss, leaf))) << "```\n\n";
}

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto b = vector<"b", "m">;

constexpr auto X = matrix<"X", "N", "q">;
constexpr auto Y = matrix<"Y", "N", "D">;
constexpr auto alpha = scalar<"alpha", positive>;
constexpr auto beta = scalar<"beta", positive>;
constexpr auto K = alpha * X * transpose(X) + identity<"N"> / beta;

constexpr auto V = matrix<"V", "k", "m">;
constexpr auto c = vector<"c", "k">;
constexpr auto S = matrix<"S", "n", "samples">;
constexpr auto T = matrix<"T", "k", "samples">;

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "gallery FILE\n";
        return 2;
    }
    std::ofstream out(arguments[1]);
    out << "# Gallery {#gallery}\n\nWhat `to_latex`, `to_dot`, `count_paths` and `explain` show.\n\n\\tableofcontents\n\n";
    show(out, "A tied autoencoder", "W", 0.5_c * squared_norm(transpose(W) * W * x - x), W);
    show(out, "A Gaussian process latent variable model", "X",
         -0.5_c * extent<"D"> * logdet(K) - 0.5_c * trace(inverse(K) * Y * transpose(Y)), X);
    show(out, "A net of swish units", "W", softmax_cross_entropy(V * swish(W * S + b) + c, T), W);
    show(out, "A contractive autoencoder", "W",
         squared_norm(transpose(W) * sigmoid(W * x + b) - x) + 0.1_c * squared_norm(jacobian(sigmoid(W * x + b), x)), W);
    return out.good() ? 0 : 1;
}
