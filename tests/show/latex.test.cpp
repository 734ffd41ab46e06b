// SPDX-License-Identifier: BSL-1.0
// With CTGRAD_LATEX in the environment, LaTeX reads what to_latex writes (it takes pdflatex and amsmath).
#include <ctgrad/ctgrad.hpp>

#include "../support/catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace ctgrad;

namespace {

constexpr auto W = matrix<"W", "m", "n">;
constexpr auto x = vector<"x", "n">;
constexpr auto noise = scalar<"log_noise">;
constexpr auto theta_2 = scalar<"theta_2", positive>;

// Whether each bracket that opens closes again, at its own level.
bool is_balanced(const std::string& text) {
    int braces = 0, lefts = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') ++braces;
        if (text[i] == '}' && --braces < 0) return false;
        if (text.compare(i, 5, "\\left") == 0) ++lefts;
        if (text.compare(i, 6, "\\right") == 0 && --lefts < 0) return false;
    }
    return braces == 0 && lefts == 0;
}

bool latex_reads(const std::string& formula) {
    const auto folder = std::filesystem::temp_directory_path() / "ctgrad_latex";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "formula.tex") << "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n\\[ " << formula
                                          << " \\]\n\\end{document}\n";
    const std::string command = "cd " + folder.string() + " && pdflatex -interaction=batchmode -halt-on-error formula >/dev/null 2>&1";
    const bool read = std::system(command.c_str()) == 0;
    std::filesystem::remove_all(folder);
    return read;
}

TEST_CASE("LaTeX reads the formulas", "[show]") {
    constexpr auto h = tanh(W * x) / theta_2;
    constexpr auto loss = 0.5_c * squared_norm(transpose(W) * h - x) + 1e-5_c * sum(abs(W)) * exp(noise);
    const std::string formulas[] = {
        to_latex(loss),
        to_latex(grad(loss, W)),
        to_latex(sum(maximum(softplus(x), sqrt(square(x) + theta_2)))),
        to_latex(pow(theta_2 + noise, 3_c) * hadamard(pow(x, 2.5_c), reciprocal(x))),
        to_latex(element<3>(x) * horizontal(W, columns<0, 1>(matrix<"W1", "m", "n">), reshape<"m", 2>(x))),
        to_latex(grad(squared_norm(rows<1, 2>(W)), W)),
        to_latex(hadamard(vertical(rows<1, 2>(W), W), rows(matrix<"W1", "m", "n">, indices<"y", "m+2">))),
        to_latex(transpose(x) * solve(transpose(W) * W + identity<"n">, x) + logdet(transpose(W) * W)),
    };
    const bool ask_latex = std::getenv("CTGRAD_LATEX") != nullptr;
    for (const std::string& formula : formulas) {
        INFO(formula);
        CHECK(is_balanced(formula));
        if (ask_latex) CHECK(latex_reads(formula));
    }
    CHECK_FALSE(is_balanced("\\left( x }"));
    if (ask_latex) CHECK_FALSE(latex_reads("x^{\\top}^{-1}"));
}

} // namespace
