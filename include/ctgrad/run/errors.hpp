// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <stdexcept>
#include <string>

#include "../expr/text.hpp"

namespace ctgrad {

/// A container does not have the shape of its leaf; names the leaf, the extent and both sizes.
class shape_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A target overlaps an input, or another target, in part.
class alias_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// An index lies outside the extent it points into.
class index_error : public std::out_of_range {
 public:
  using std::out_of_range::out_of_range;
};

/// A Cholesky factorisation met a pivot that is not positive; names the expression.
class not_positive_definite : public std::domain_error {
 public:
  using std::domain_error::domain_error;
};

/// A factorisation met a zero pivot; names the expression.
class singular_matrix : public std::domain_error {
 public:
  using std::domain_error::domain_error;
};

}  // namespace ctgrad

namespace ctgrad::detail {

/// Throws an error that says so. A function for each error: a throw takes the compilers longer than a call.
template <class Error>
[[noreturn, gnu::noinline, gnu::cold]] void throw_error(const message& text) {
  throw Error(text.c_str());
}

}  // namespace ctgrad::detail
