// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../graph/extent_pool.hpp"
#include "../rules/batches.hpp"
#include "../rules/formula.hpp"

namespace ctgrad::detail {

/// A builder whose values may be many of the same shape at once, one for each of `count` directions: what is written for one
/// value, such as the reverse sweep, then works on all of them. Numbers of nodes from `Builder::capacity` on are such
/// batches; they have the shape of one value. All values of p x q are kept as one matrix, flat: count x (p q), one value a
/// row. Row by row in memory, the values below each other are the same entries, stacked: (count p) x q.
template <class Builder>
struct batch_builder {
  static constexpr int batch_capacity = Builder::capacity / 2;
  static constexpr int capacity = Builder::capacity + batch_capacity;
  Builder& plain;
  extent_pool& pool;
  const extent* count;
  node batches[batch_capacity]{};  // the shape of one value; the first argument is the flat matrix
  int size = 0;

  constexpr batch_builder(Builder& b, extent_pool& p, const extent* directions) : plain(b), pool(p), count(directions) {}

  constexpr const node& operator[](node_id id) const { return is_batch(id) ? batches[id - Builder::capacity] : plain[id]; }
  constexpr bool is_batch(node_id id) const { return id >= Builder::capacity; }
  constexpr node_id number(double value, const shape& extents = {}) { return plain.number(value, extents); }
  constexpr node_id measure(const extent* measured) { return plain.measure(measured); }
  constexpr node_id identity(const extent* rows) { return plain.identity(rows); }
  static constexpr node shaped_node(op code, const shape& extents, const position& from, node_id a, node_id b = no_node) {
    return Builder::shaped_node(code, extents, from, a, b);
  }

  constexpr node operation_node(op code, node_id a, node_id b, node_id c) const { return plain.operation_node(code, a, b, c); }
  constexpr void fail(trouble what, node_id culprit = no_node) { plain.fail(what, culprit); }

  /// The batch whose values are the rows of a matrix.
  constexpr node_id batch(node_id flat, const shape& each) {
    if (flat == no_node) return no_node;
    if (size == batch_capacity) {
      plain.fail(trouble::out_of_capacity);
      return Builder::capacity;
    }
    batches[size] = Builder::shaped_node(op::variable, each, {}, flat);
    return Builder::capacity + size++;
  }
  constexpr node_id flat(node_id id) const { return batches[id - Builder::capacity].arguments[0]; }

  constexpr node_id make(op code, node_id a, node_id b = no_node, node_id c = no_node) {
    if (!is_batch(a) && !is_batch(b) && !is_batch(c)) return plain.make(code, a, b, c);
    const node_id arguments[3] = {a, b, c};
    const int arity = about(code).arity;
    shape shapes[3]{};
    for (int i = 0; i < arity; ++i) {
      if (arguments[i] == no_node) return no_node;
      shapes[i] = (*this)[arguments[i]].extents;
    }
    if (code == op::product && (shapes[0].is_scalar() || shapes[1].is_scalar())) code = op::multiply;
    const inferred_shape inferred = infer_shape(code, shapes);
    if (inferred.problem != nullptr) return no_node;
    if (is_elementwise(code)) return by_entries(code, arguments, inferred.value);
    if (code == op::transpose) return transposed(a);
    if (code == op::product) {
      // A column of B alone makes a column of A B: B^T from the right on the columns as rows.
      if (is_batch(b)) return unswapped(plain.make(op::product, swapped(b), plain.make(op::transpose, a)), inferred.value);
      return unstacked(plain.make(op::product, stacked(a), b), inferred.value);
    }
    if (code == op::cross) return crossed(a, b);
    const int place = batching_of.of[static_cast<int>(code)];
    if (place < 0) return refuse(code);
    const batching_rule& rule = batching_rules[place];
    if (rule.how == batching::by_rows) return unstacked(plain.make(code, stacked(a), b), inferred.value);
    if (rule.how == batching::by_formula) return by_formula(rule, a, b, no_node);
    const shape column{pool.product(inferred.value.rows, inferred.value.columns), &one_extent};
    node_id columns[2] = {no_node, no_node};
    for (int i = 0; i < arity; ++i)
      columns[i] = is_batch(arguments[i]) ? batch(flat(arguments[i]), column) : reshaped(arguments[i], column.rows, column.columns);
    const node_id result = by_formula(rule, columns[0], columns[1], no_node);
    return result == no_node ? no_node : batch(flat(result), inferred.value);
  }

  /// An op that carries its shape.
  constexpr node_id add(const node& n) {
    const node_id a = n.arguments[0];
    if (!is_batch(a)) return plain.add(n);
    if (n.code == op::reshape) return batch(flat(a), n.extents);
    if (n.code == op::part || n.code == op::place) return rectangle(n);
    const shape below{pool.product(count, n.extents.rows), n.extents.columns};
    if (n.code == op::block_transpose) return unstacked(plain.add(shaped_node(n.code, below, {}, stacked(a))), n.extents);
    const int place = batching_of.of[static_cast<int>(n.code)];
    if (place < 0) return refuse(n.code);
    const batching_rule& rule = batching_rules[place];
    if (rule.how == batching::by_rows)
      return unstacked(plain.add(shaped_node(n.code, below, n.from, stacked(a), n.arguments[1])), n.extents);
    return by_formula(rule, a, n.arguments[1], plain.variable(n.extents));
  }

 private:
  constexpr node_id by_formula(const batching_rule& rule, node_id a, node_id b, node_id like) {
    const node_id bound[variable_count] = {a, b, no_node, no_node, like};
    return build(*this, rule.meaning, bound);
  }
  constexpr node_id refuse(op code) {
    plain.fail(trouble::not_batched, static_cast<node_id>(code));
    return no_node;
  }

  constexpr node_id reshaped(node_id id, const extent* rows, const extent* columns) {
    const shape wanted{rows, columns};
    if (id == no_node || plain[id].extents == wanted) return id;
    return plain.add(shaped_node(op::reshape, wanted, {}, id));
  }
  /// The values below each other: (count p) x q.
  constexpr node_id stacked(node_id id) {
    const shape each = (*this)[id].extents;
    return reshaped(flat(id), pool.product(count, each.rows), each.columns);
  }
  constexpr node_id unstacked(node_id id, const shape& each) {
    return batch(reshaped(id, count, pool.product(each.rows, each.columns)), each);
  }
  /// The transposed values below each other: (count q) x p.
  constexpr node_id swapped(node_id id) {
    const shape each = (*this)[id].extents;
    if (each.is_column() || each.is_row()) return reshaped(flat(id), pool.product(count, each.columns), each.rows);
    return plain.add(shaped_node(op::block_transpose, {pool.product(count, each.columns), each.rows}, {}, stacked(id)));
  }
  constexpr node_id unswapped(node_id id, const shape& each) {
    if (id != no_node && !each.is_column() && !each.is_row())
      id = plain.add(shaped_node(op::block_transpose, {pool.product(count, each.rows), each.columns}, {}, id));
    return unstacked(id, each);
  }
  constexpr node_id transposed(node_id id) {
    const shape each = (*this)[id].extents.transposed();
    return each.is_column() || each.is_row() ? batch(flat(id), each) : unstacked(swapped(id), each);
  }

  /// A part of each value, or each as a part of zeros: its columns, then its rows as columns.
  constexpr node_id rectangle(const node& n) {
    node_id id = n.arguments[0];
    const shape own = (*this)[id].extents;
    if (!(*own.columns == *n.extents.columns)) {
      const shape below{pool.product(count, own.rows), n.extents.columns};
      id = unstacked(plain.add(shaped_node(n.code, below, {&zero_extent, n.from.column}, stacked(id))), {own.rows, n.extents.columns});
    }
    if (*own.rows == *n.extents.rows) return id;
    const shape turned{pool.product(count, n.extents.columns), n.extents.rows};
    return unswapped(plain.add(shaped_node(n.code, turned, {&zero_extent, n.from.row}, swapped(id))), n.extents);
  }

  /// u x g = K g, where column j of K is u x e_j.
  constexpr node_id crossed(node_id a, node_id b) {
    const node_id u = is_batch(a) ? b : a, g = is_batch(a) ? a : b;
    const extent* const steps[3] = {&zero_extent, &extent_of<1>, &extent_of<2>};
    node_id matrix = no_node;
    for (const extent* j : steps) {
      const shape column = plain[u].extents;
      const node_id e = plain.add(shaped_node(op::part, column, {&zero_extent, j}, plain.identity(column.rows)));
      const node_id part = plain.make(op::product, plain.make(op::cross, u, e), plain.make(op::transpose, e));
      matrix = matrix == no_node ? part : plain.make(op::add, matrix, part);
    }
    const node_id product = make(op::product, matrix, g);
    return is_batch(a) ? make(op::negate, product) : product;
  }

  /// f(g, B) entry by entry: a B that is the same for all values is a row, next to which they are rows.
  constexpr node_id by_entries(op code, const node_id* arguments, const shape& each) {
    node_id flats[3] = {no_node, no_node, no_node};
    for (int i = 0; i < about(code).arity; ++i)
      flats[i] = is_batch(arguments[i]) ? flat(stretched(arguments[i], each)) : as_row(arguments[i], each);
    return batch(plain.make(code, flats[0], flats[1], flats[2]), each);
  }
  constexpr node_id as_row(node_id id, const shape& each) {
    const node n = plain[id];
    if (n.is_scalar()) return id;
    const extent* entries = pool.product(each.rows, each.columns);
    if (n.is_number()) return plain.number(n.value, {&one_extent, entries});
    if (each.is_column()) return plain.make(op::transpose, id);
    if (!(n.extents == each)) id = plain.make(op::multiply, id, plain.number(1, each));
    return reshaped(id, &one_extent, entries);
  }
  /// A scalar is stretched by the op itself: one for each row.
  constexpr node_id stretched(node_id id, const shape& each) {
    const shape own = (*this)[id].extents;
    if (own == each || own.is_scalar()) return id;
    if (own.is_column())
      return unstacked(plain.make(op::multiply, stacked(id), plain.number(1, {&one_extent, each.columns})), each);
    return unswapped(plain.make(op::multiply, swapped(id), plain.number(1, {&one_extent, each.rows})), each);
  }
};

}  // namespace ctgrad::detail
