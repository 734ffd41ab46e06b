// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/call.hpp"

namespace ctgrad::detail {

/// What a step of a formula pushes.
enum class token_kind : std::uint8_t {
  variable,      // what is bound to the variable
  number,        // a scalar number
  operation,     // an op applied to what was pushed last
  shaped,        // an op that carries its shape, applied to what was pushed before last, in the shape of what was pushed last
  filled,        // the number, in the shape of what was pushed last
  identity,      // the identity with the rows of what was pushed last
  rows, columns, // an extent of what was pushed last, as a scalar
  entry,         // the entry of what was pushed last, a number in any shape, as a scalar
  slope          // the derivative of the user's function that what was pushed last is a call of
};

/// Where a part begins, as rules say it; A is the first argument.
enum class corner : std::uint8_t {
  anywhere,  // in a condition: wherever it begins
  origin,    // at the first entry
  kept,      // where y, the result, has its part
  turned,    // there, in the transpose
  inner,     // where the argument of y is placed
  below,     // below A
  beside,    // beside A
  diagonal   // below and beside A
};

struct token {
  token_kind kind = token_kind::number;
  op code = op::number;
  std::int8_t variable = 0;
  double value = 0;
  corner from = corner::origin;
};

/// A formula of matrix calculus as a value, in postfix: what the rule tables hold.
struct formula {
  static constexpr int capacity = 40;
  token tokens[capacity]{};
  int count = 0;

  constexpr formula() = default;
  constexpr formula(double value) { push({token_kind::number, op::number, 0, value}); }
  constexpr formula(token t) { push(t); }
  constexpr void push(const token& t) {
    if (count == capacity) throw "a formula of a rule table is too long";
    tokens[count++] = t;
  }
  constexpr formula& append(const formula& other) {
    for (int i = 0; i < other.count; ++i) push(other.tokens[i]);
    return *this;
  }
  /// The operation that the formula ends with.
  constexpr op root() const { return tokens[count - 1].kind == token_kind::operation ? tokens[count - 1].code : op::number; }
  constexpr bool empty() const { return count == 0; }
};

constexpr formula operation(op code, const formula& a) {
  formula result = a;
  result.push({token_kind::operation, code});
  return result;
}
constexpr formula operation(op code, const formula& a, const formula& b) {
  formula result = a;
  result.append(b).push({token_kind::operation, code});
  return result;
}
constexpr formula operation(op code, const formula& a, const formula& b, const formula& c) {
  formula result = a;
  result.append(b).append(c).push({token_kind::operation, code});
  return result;
}
/// code(a) or code(a, b) in the shape of `like`.
constexpr formula shaped_operation(op code, const formula& a, const formula& like, corner from = corner::origin) {
  formula result = a;
  result.append(like).push({token_kind::shaped, code, 0, 0, from});
  return result;
}
constexpr formula shaped_operation(op code, const formula& a, const formula& b, const formula& like) {
  formula result = a;
  return shaped_operation(code, result.append(b), like);
}
constexpr formula shaped(token_kind kind, const formula& like, double value = 0) {
  formula result = like;
  result.push({kind, op::number, 0, value});
  return result;
}

/// The letters and signs that the rule tables are written in.
namespace letters {

// The arguments of an op, or anything at all.
inline constexpr formula A = token{token_kind::variable, op::leaf, 0};
inline constexpr formula B = token{token_kind::variable, op::leaf, 1};
inline constexpr formula C = token{token_kind::variable, op::leaf, 2};
inline constexpr formula D = token{token_kind::variable, op::leaf, 3};
// The result, and the derivative of the loss with respect to it.
inline constexpr formula y = token{token_kind::variable, op::leaf, 4};
inline constexpr formula g = token{token_kind::variable, op::leaf, 5};
// In patterns a letter stands only for what has its property.
inline constexpr formula r = token{token_kind::variable, op::leaf, 6};   // a scalar
inline constexpr formula s = token{token_kind::variable, op::leaf, 7};   // another scalar
inline constexpr formula k = token{token_kind::variable, op::leaf, 8};   // a number, in any shape
inline constexpr formula l = token{token_kind::variable, op::leaf, 9};   // another number
inline constexpr formula M = token{token_kind::variable, op::leaf, 10};  // not a scalar
inline constexpr formula N = token{token_kind::variable, op::leaf, 11};  // not a scalar either
inline constexpr formula S = token{token_kind::variable, op::leaf, 12};  // symmetric
inline constexpr formula T = token{token_kind::variable, op::leaf, 13};  // symmetric too
inline constexpr formula Q = token{token_kind::variable, op::leaf, 14};  // symmetric positive semidefinite
inline constexpr formula P = token{token_kind::variable, op::leaf, 15};  // symmetric positive definite, not a scalar
inline constexpr formula p = token{token_kind::variable, op::leaf, 16};  // of positive entries
inline constexpr formula q = token{token_kind::variable, op::leaf, 17};  // of positive entries too
inline constexpr formula u = token{token_kind::variable, op::leaf, 18};  // a column, not a scalar
inline constexpr formula v = token{token_kind::variable, op::leaf, 19};  // a row, not a scalar
inline constexpr formula I = token{token_kind::variable, op::leaf, 20};  // the identity, not a scalar
inline constexpr formula U = token{token_kind::variable, op::leaf, 21};  // symmetric positive semidefinite too
inline constexpr formula c = token{token_kind::variable, op::leaf, 22};  // a number other than 0, in any shape
inline constexpr formula L = token{token_kind::variable, op::leaf, 23};  // lower triangular, not a scalar
inline constexpr formula R = token{token_kind::variable, op::leaf, 24};  // upper triangular, not a scalar
inline constexpr formula O = token{token_kind::variable, op::leaf, 25};  // orthogonal
inline constexpr formula w = token{token_kind::variable, op::leaf, 26};  // a positive scalar
inline constexpr formula E = token{token_kind::variable, op::leaf, 27};  // square, not a scalar
inline constexpr formula H = token{token_kind::variable, op::leaf, 28};  // at least twice as high as wide, as far as is known
inline constexpr formula W = token{token_kind::variable, op::leaf, 29};  // at least twice as wide as high, as far as is known
inline constexpr formula none{};

constexpr formula operator+(const formula& a, const formula& b) { return operation(op::add, a, b); }
constexpr formula operator-(const formula& a, const formula& b) { return operation(op::subtract, a, b); }
constexpr formula operator-(const formula& a) { return operation(op::negate, a); }
constexpr formula operator*(const formula& a, const formula& b) { return operation(op::product, a, b); }
constexpr formula operator%(const formula& a, const formula& b) { return operation(op::multiply, a, b); }  // Hadamard
constexpr formula operator/(const formula& a, const formula& b) { return operation(op::divide, a, b); }
constexpr formula operator<(const formula& a, const formula& b) { return operation(op::less, a, b); }
constexpr formula operator<=(const formula& a, const formula& b) { return operation(op::less_equal, a, b); }
constexpr formula t(const formula& a) { return operation(op::transpose, a); }
constexpr formula ones(const formula& like) { return shaped(token_kind::filled, like, 1); }
constexpr formula zeros(const formula& like) { return shaped(token_kind::filled, like, 0); }
constexpr formula identity(const formula& like) { return shaped(token_kind::identity, like); }
constexpr formula rows(const formula& a) { return shaped(token_kind::rows, a); }
constexpr formula columns(const formula& a) { return shaped(token_kind::columns, a); }
constexpr formula slope(const formula& a) { return shaped(token_kind::slope, a); }
constexpr formula entry(const formula& a) { return shaped(token_kind::entry, a); }

}  // namespace letters

inline constexpr int variable_count = 30;

template <class Builder, class Bound>
constexpr position position_of(const Builder& graph, corner from, const Bound& bound) {
  switch (from) {
    case corner::anywhere: case corner::origin: break;
    case corner::kept: return graph[bound[4]].from;
    case corner::turned: return {graph[bound[4]].from.column, graph[bound[4]].from.row};
    case corner::inner: {
      const node& y = graph[bound[4]];
      return graph[y.arguments[graph[y.arguments[0]].code == op::place ? 0 : 1]].from;
    }
    case corner::below: return {graph[bound[0]].extents.rows, &zero_extent};
    case corner::beside: return {&zero_extent, graph[bound[0]].extents.columns};
    case corner::diagonal: return {graph[bound[0]].extents.rows, graph[bound[0]].extents.columns};
  }
  return {};
}

/// Builds what a formula says; `bound` holds the node of each variable. no_node where the shapes do not fit.
template <class Builder, class Bound>
constexpr node_id build(Builder& graph, const formula& f, const Bound& bound) {
  node_id stack[16]{};
  int depth = 0;
  for (int i = 0; i < f.count; ++i) {
    if (depth > 0 && stack[depth - 1] == no_node) return no_node;
    const token step = f.tokens[i];  // a copy: in constant evaluation a reference is followed anew at each use
    switch (step.kind) {
      case token_kind::variable: stack[depth++] = bound[step.variable]; break;
      case token_kind::number: stack[depth++] = graph.number(step.value); break;
      case token_kind::filled: stack[depth - 1] = graph.number(step.value, graph[stack[depth - 1]].extents); break;
      case token_kind::identity: stack[depth - 1] = graph.identity(graph[stack[depth - 1]].extents.rows); break;
      case token_kind::rows: stack[depth - 1] = graph.measure(graph[stack[depth - 1]].extents.rows); break;
      case token_kind::columns: stack[depth - 1] = graph.measure(graph[stack[depth - 1]].extents.columns); break;
      case token_kind::slope: stack[depth - 1] = call_derivative(graph, stack[depth - 1]); break;
      case token_kind::entry: {
        const node& n = graph[stack[depth - 1]];
        if (!n.is_scalar()) stack[depth - 1] = graph.number(n.value);
        break;
      }
      case token_kind::shaped: {
        const shape extents = graph[stack[--depth]].extents;
        depth -= about(step.code).arity;
        const node_id second = about(step.code).arity > 1 ? stack[depth + 1] : no_node;
        const node_id id = graph.add(graph.shaped_node(step.code, extents, position_of(graph, step.from, bound), stack[depth], second));
        stack[depth++] = id;
        break;
      }
      case token_kind::operation: {
        const int arity = op_table[static_cast<int>(step.code)].arity;
        depth -= arity;
        stack[depth] = graph.make(step.code, stack[depth], arity > 1 ? stack[depth + 1] : no_node,
                                  arity > 2 ? stack[depth + 2] : no_node);
        ++depth;
        break;
      }
    }
  }
  return stack[0];
}

}  // namespace ctgrad::detail
