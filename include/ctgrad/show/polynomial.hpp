// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <vector>

#include "symbols.hpp"

namespace ctgrad::detail {

/// A sum of products of named extents, with numbers in front: how a cost grows.
class polynomial {
 public:
  polynomial(double number) : terms_{{number, {}}} {}
  polynomial(const extent& e) {
    for (int i = 0; i < e.count; ++i) {
      term t{static_cast<double>(e.terms[i].coefficient), {}};
      for (int j = 0; j < e.terms[i].degree; ++j) t.names.push_back(e.terms[i].factors[j].text);
      terms_.push_back(t);
    }
  }

  polynomial& operator+=(const polynomial& other) {
    for (const term& t : other.terms_) add(t);
    return *this;
  }
  friend polynomial operator*(const polynomial& a, const polynomial& b) {
    polynomial product(0);
    for (const term& t : a.terms_)
      for (const term& u : b.terms_) {
        term both{t.number * u.number, t.names};
        both.names.insert(both.names.end(), u.names.begin(), u.names.end());
        product.add(both);
      }
    return product;
  }

  /// "2 m² n + 1/3 n³ + 1", the highest degree first.
  std::string text() const {
    std::vector<term> sorted = terms_;
    std::sort(sorted.begin(), sorted.end(), [](const term& a, const term& b) {
      return a.names.size() != b.names.size() ? a.names.size() > b.names.size() : a.names < b.names;
    });
    std::string text;
    for (const term& t : sorted) {
      if (t.number == 0) continue;
      if (!text.empty()) text += " + ";
      std::string names;
      for (std::size_t i = 0; i < t.names.size();) {
        std::size_t end = i;
        while (end < t.names.size() && t.names[end] == t.names[i]) ++end;
        names += (names.empty() ? "" : " ") + t.names[i] + (end - i > 1 ? small_digits(std::to_string(end - i), true) : "");
        i = end;
      }
      text += t.number == 1 && !names.empty() ? names : coefficient_text(t.number) + (names.empty() ? "" : " " + names);
    }
    return text.empty() ? "0" : text;
  }

 private:
  struct term {
    double number;
    std::vector<std::string> names;
  };
  std::vector<term> terms_;

  void add(term t) {
    std::sort(t.names.begin(), t.names.end());
    for (term& known : terms_)
      if (known.names == t.names) {
        known.number += t.number;
        return;
      }
    terms_.push_back(t);
  }

  /// Factorisations take thirds.
  static std::string coefficient_text(double number) {
    const double thirds = 3 * number;
    const long whole = static_cast<long>(thirds + 0.5);
    const double apart = thirds - static_cast<double>(whole);
    if (whole % 3 != 0 && apart < 1e-9 && apart > -1e-9) return std::to_string(whole) + "/3";
    return number_text(static_cast<double>(static_cast<long>(number * 100 + 0.5)) / 100);
  }
};

}  // namespace ctgrad::detail
