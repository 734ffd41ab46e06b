// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "identities.hpp"

namespace ctgrad::detail {

namespace letters {

/// Solves, determinants and inverses with K = D + s F G, where D is a positive diagonal and F = G^T has far fewer
/// columns than rows, go through the small side: C = 1 + s G D^-1 F is as small as F is narrow (Woodbury, "Inverting
/// modified matrices", 1950; Sylvester's determinant identity). K^-1 F = D^-1 F C^-1 takes no difference, so it is
/// used wherever F leads the right-hand side.
struct low_rank_forms {
  static constexpr int rules_each = 6;
  identity_rule rules[6 * rules_each]{};
  int count = 0;

  consteval low_rank_forms() {
    add(s, H, t(H), s % (H * t(H)), M, H * M);
    add(1, H, t(H), H * t(H), M, H * M);
    add(s, t(W), W, s % (t(W) * W), M, t(W) * M);
    add(1, t(W), W, t(W) * W, M, t(W) * M);
    add(s, u, t(u), s % (u % t(u)), v, u % v);  // products of vectors are elementwise
    add(1, u, t(u), u % t(u), v, u % v);
  }

 private:
  /// `term` is s F G, and `multiple` is F Z, as the graph has it.
  consteval void add(const formula& s, const formula& F, const formula& G, const formula& term, const formula& Z, const formula& multiple) {
    const formula K = cholesky_factor(add_diagonal(term, A));
    const formula scaled = reciprocal(A) % F;
    const formula C = s % (G * scaled) + identity(G);
    add(factored_solve(K, F),                 scaled * inverse(C));
    add(factored_solve(K, multiple),          scaled * solve(C, Z));
    add(factored_solve(K, M),                 reciprocal(A) % (M - s % (F * solve(C, G * (reciprocal(A) % M)))));
    add(diagonal(factored_inverse(K)),        reciprocal(A) % (1 - s % (reciprocal(A) % row_sums(F % t(solve(C, G))))));
    add(factored_logdet(cholesky_factor(add_diagonal(term, r))),
        rows(F) % log(r) + logdet(s % (G * (reciprocal(r) % F)) + identity(G)));
    add(factored_logdet(cholesky_factor(add_diagonal(term, M))),
        sum(log(M)) + logdet(s % (G * (reciprocal(M) % F)) + identity(G)));
  }
  consteval void add(const formula& before, const formula& after) { rules[count++] = {before, after}; }
};
inline constexpr low_rank_forms low_rank;

}  // namespace letters

}  // namespace ctgrad::detail
