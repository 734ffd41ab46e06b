// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../rules/definitions.hpp"
#include "../rules/pattern.hpp"

namespace ctgrad::detail {

/// How tightly a formula binds. An operand that binds less tightly than it has to is put in parentheses.
enum level : std::uint8_t { anything, sums, terms, hadamards, products, powers, atoms };

/// How a pattern of ops is written. `#1`, `#2`, `#3` are the variables of the pattern, in their order; one that stands
/// alone in braces needs no parentheses, and what follows `^` is raised. `@` is where a part lies in the whole.
struct notation_rule {
  pattern what;
  level binds;          // how tightly the whole binds
  level operands[3];    // how tightly each operand has to
  const char* text;
  const char* latex;
  bool encloses = false;  // in LaTeX the whole needs no parentheses in a product: a fraction

  consteval notation_rule(const formula& f, level whole, level a, level b, const char* plain, const char* tex, bool fraction = false)
      : what(f), binds(whole), operands{a, b, b}, text(plain), latex(tex), encloses(fraction) {}
};

namespace letters {

/// The notation of a textbook. The first line that fits counts; an op without a line is written name(A, B).
inline constexpr notation_rule notations[] = {
    // pattern                  binds      its operands at least  text            LaTeX
    {A + B,                     sums,      sums,      sums,       "#1 + #2",      "#1 + #2"},
    {A - B,                     sums,      sums,      terms,      "#1 − #2",      "#1 - #2"},
    {-A,                        sums,      hadamards, anything,   "−#1",          "-#1"},
    {s % A,                     products,  products,  products,   "#1 #2",        "#1 #2"},
    {A % s,                     products,  products,  products,   "#1 #2",        "#1 #2"},
    {A % B,                     hadamards, hadamards, hadamards,  "#1 ∘ #2",      "#1 \\circ #2"},
    {operation(op::hadamard, A, B), hadamards, hadamards, hadamards, "#1 ∘ #2",   "#1 \\circ #2"},
    {A / s,                     hadamards, products,  powers,     "#1 / #2",      "\\frac{#1}{#2}", true},
    {A / B,                     hadamards, products,  powers,     "#1 ⊘ #2",      "#1 \\oslash #2"},
    {A * B,                     products,  products,  products,   "#1 #2",        "#1 #2"},
    {solve(t(A), B),            products,  atoms,     products,   "#1⁻ᵀ #2",      "#1^{-\\top} #2"},
    {solve(A, B),               products,  atoms,     products,   "#1⁻¹ #2",      "#1^{-1} #2"},
    {outer(A, B),               products,  products,  atoms,      "#1 #2ᵀ",       "#1 #2^{\\top}"},
    {dot(u, A),                 products,  atoms,     products,   "#1ᵀ #2",       "#1^{\\top} #2"},
    {dot(A, B),                 atoms,     anything,  anything,   "⟨#1, #2⟩",     "\\left\\langle #1, #2 \\right\\rangle"},
    {t(inverse(A)),             powers,    atoms,     anything,   "#1⁻ᵀ",         "#1^{-\\top}"},
    {t(A),                      powers,    atoms,     anything,   "#1ᵀ",          "#1^{\\top}"},
    {inverse(t(A)),             powers,    atoms,     anything,   "#1⁻ᵀ",         "#1^{-\\top}"},
    {inverse(A),                powers,    atoms,     anything,   "#1⁻¹",         "#1^{-1}"},
    {logdet(A),                 atoms,     anything,  anything,   "log|#1|",      "\\log\\left\\lvert #1 \\right\\rvert"},
    {det(A),                    atoms,     anything,  anything,   "|#1|",         "\\left\\lvert #1 \\right\\rvert"},
    {trace(A),                  atoms,     anything,  anything,   "tr(#1)",       "\\operatorname{tr}\\left(#1\\right)"},

    {reciprocal(s),             powers,    atoms,     anything,   "#1⁻¹",         "#1^{-1}"},
    {reciprocal(A),             hadamards, powers,    anything,   "1 ⊘ #1",       "1 \\oslash #1"},
    {square(s),                 powers,    atoms,     anything,   "#1²",          "#1^{2}"},
    {square(A),                 powers,    atoms,     anything,   "#1∘²",         "#1^{\\circ 2}"},
    {pow(s, r),                 powers,    atoms,     anything,   "#1^{#2}",      "#1^{#2}"},
    {pow(A, B),                 powers,    atoms,     atoms,      "#1∘^{#2}",     "#1^{\\circ #2}"},
    {sqrt(A),                   powers,    atoms,     anything,   "√#1",          "\\sqrt{#1}"},
    {abs(A),                    atoms,     anything,  anything,   "|#1|",         "\\left\\lvert #1 \\right\\rvert"},
    {exp(A - logsumexp_columns(A)), atoms, anything, anything,    "softmax(#1)",  "\\operatorname{softmax}\\left(#1\\right)"},
    {exp(A - logsumexp_rows(A)), atoms,    anything,  anything,   "softmax_rows(#1)", "\\operatorname{softmax\\_rows}\\left(#1\\right)"},
    {exp(A),                    atoms,     anything,  anything,   "exp(#1)",      "\\exp\\left(#1\\right)"},
    {log(A),                    atoms,     anything,  anything,   "log(#1)",      "\\log\\left(#1\\right)"},
    {sin(A),                    atoms,     anything,  anything,   "sin(#1)",      "\\sin\\left(#1\\right)"},
    {cos(A),                    atoms,     anything,  anything,   "cos(#1)",      "\\cos\\left(#1\\right)"},
    {tan(A),                    atoms,     anything,  anything,   "tan(#1)",      "\\tan\\left(#1\\right)"},
    {tanh(A),                   atoms,     anything,  anything,   "tanh(#1)",     "\\tanh\\left(#1\\right)"},
    {sigmoid(A),                atoms,     anything,  anything,   "σ(#1)",        "\\sigma\\left(#1\\right)"},
    {heaviside(A),              atoms,     sums,      anything,   "[#1 > 0]",     "\\left[#1 > 0\\right]"},
    {A < B,                     atoms,     sums,      sums,       "[#1 < #2]",    "\\left[#1 < #2\\right]"},
    {A <= B,                    atoms,     sums,      sums,       "[#1 ≤ #2]",    "\\left[#1 \\le #2\\right]"},

    {sum(square(u)),            powers,    anything,  anything,   "‖#1‖²",        "\\left\\lVert #1 \\right\\rVert^{2}"},
    {sum(square(A)),            powers,    anything,  anything,   "‖#1‖²",        "\\left\\lVert #1 \\right\\rVert_F^{2}"},
    {sum(M % N),                atoms,     anything,  anything,   "⟨#1, #2⟩",     "\\left\\langle #1, #2 \\right\\rangle"},
    {squared_norm(u),           powers,    anything,  anything,   "‖#1‖²",        "\\left\\lVert #1 \\right\\rVert^{2}"},
    {squared_norm(A),           powers,    anything,  anything,   "‖#1‖²",        "\\left\\lVert #1 \\right\\rVert_F^{2}"},
    {norm(u),                   atoms,     anything,  anything,   "‖#1‖",         "\\left\\lVert #1 \\right\\rVert"},
    {norm(A),                   atoms,     anything,  anything,   "‖#1‖",         "\\left\\lVert #1 \\right\\rVert_F"},
    {row_sums(A),               products,  products,  anything,   "#1 𝟏",         "#1 \\mathbf{1}"},
    {column_sums(A),            products,  products,  anything,   "𝟏ᵀ #1",        "\\mathbf{1}^{\\top} #1"},

    // what calculus says only of numbers beyond all limits
    {maximum(-limit_of_A, A),   atoms,     atoms,     anything,   "#1",           "#1"},
    {minimum(limit_of_A, A),    atoms,     atoms,     anything,   "#1",           "#1"},
    {minimum(limit_of_y, A),    atoms,     atoms,     anything,   "#1",           "#1"},

    {part(A),                   atoms,     atoms,     anything,   "#1[@]",        "#1{}_{@}"},
    {place(A),                  atoms,     anything,  anything,   "place[@](#1)", "\\operatorname{place}_{@}\\left(#1\\right)"},
    {gather_rows(A, B),         atoms,     atoms,     anything,   "#1[#2, :]",    "#1{}_{#2,:}"},
    {gather_columns(A, B),      atoms,     atoms,     anything,   "#1[:, #2]",    "#1{}_{:,#2}"},
    {vertical(vertical(A, B), C), atoms,   anything,  anything,   "[#1; #2; #3]", "\\begin{bmatrix} #1 \\\\ #2 \\\\ #3 \\end{bmatrix}"},
    {vertical(A, B),            atoms,     anything,  anything,   "[#1; #2]",     "\\begin{bmatrix} #1 \\\\ #2 \\end{bmatrix}"},
    {horizontal(horizontal(A, B), C), atoms, anything, anything,  "[#1, #2, #3]", "\\begin{bmatrix} #1 & #2 & #3 \\end{bmatrix}"},
    {horizontal(A, B),          atoms,     anything,  anything,   "[#1, #2]",     "\\begin{bmatrix} #1 & #2 \\end{bmatrix}"},
};

}  // namespace letters

using letters::notations;

/// A limit that formulas leave out.
constexpr bool is_unmentioned_limit(const node& n) {
  return n.is_number(-letters::limit_of_A) || n.is_number(letters::limit_of_A) || n.is_number(letters::limit_of_y);
}

/// The lines of the table by op: first[op], then next[line], -1 at the end.
struct notation_index {
  int first[op_count]{};
  int next[sizeof(notations) / sizeof(notations[0])]{};
  bool covers_signs = true;

  consteval notation_index() {
    for (int& line : first) line = -1;
    for (int i = static_cast<int>(sizeof(notations) / sizeof(notations[0])); i-- > 0;) {
      int& head = first[static_cast<int>(notations[i].what.root_op())];
      next[i] = head;
      head = i;
    }
    for (const op_entry& entry : op_table)
      if (entry.style != notation::call && first[static_cast<int>(entry.code)] < 0) covers_signs = false;
  }
};
inline constexpr notation_index notation_of;
static_assert(notation_of.covers_signs, "every op that is not written as a call has its line in the table of notations");

/// A graph as far as the letters of notations look at it: shapes and numbers.
struct shapes_alone {
  static constexpr assumption small = 0;  // no extent
  const node* nodes;
  constexpr const node& operator[](node_id id) const { return nodes[id]; }
};

/// The line of the table that writes a node's op alone, whatever its operands are; -1 if it is written as a call.
inline int notation_alone(const node* nodes, node_id id) {
  for (int line = notation_of.first[static_cast<int>(nodes[id].code)]; line >= 0; line = notation_of.next[line]) {
    const pattern& p = notations[line].what;
    bool fits = true;
    for (int i = 0; i < nodes[id].arity; ++i) {
      const token& operand = p.steps[p.steps[p.root].operands[i]].what;
      fits = fits && operand.kind == token_kind::variable && letter_fits(shapes_alone{nodes}, operand.variable, nodes[id].arguments[i]);
    }
    if (fits) return line;
  }
  return -1;
}

/// Letters of the Greek alphabet by their names.
struct greek_letter {
  const char* name;
  const char* text;
};
inline constexpr greek_letter greek[] = {
    {"alpha", "α"},   {"beta", "β"},   {"gamma", "γ"}, {"delta", "δ"},     {"epsilon", "ε"}, {"zeta", "ζ"},
    {"eta", "η"},     {"theta", "θ"},  {"iota", "ι"},  {"kappa", "κ"},     {"lambda", "λ"},  {"mu", "μ"},
    {"nu", "ν"},      {"xi", "ξ"},     {"pi", "π"},    {"rho", "ρ"},       {"sigma", "σ"},   {"tau", "τ"},
    {"upsilon", "υ"}, {"phi", "φ"},    {"chi", "χ"},   {"psi", "ψ"},       {"omega", "ω"},   {"Gamma", "Γ"},
    {"Delta", "Δ"},   {"Theta", "Θ"},  {"Lambda", "Λ"}, {"Xi", "Ξ"},       {"Pi", "Π"},      {"Sigma", "Σ"},
    {"Upsilon", "Υ"}, {"Phi", "Φ"},    {"Psi", "Ψ"},   {"Omega", "Ω"},
};

}  // namespace ctgrad::detail
