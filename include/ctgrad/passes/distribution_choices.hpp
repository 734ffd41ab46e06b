// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

#include "summed_products.hpp"

namespace ctgrad::detail {

/// Where the law of distribution makes products cheaper, by their nominal sizes:
/// (A + B) X is A X + B X where the sum is costly, formed for this product alone, and X is narrower than it.
/// A (B C + D) is A B C + A D where something else needs the sum, but A D costs little and A B C costs less than A times the sum:
/// W (W^T H - X) is (W W^T) H - H, with H = W X, where W has few rows. There H (W^T H - X)^T + K X^T is (H H^T) W + (K - H) X^T.
/// A B + A C + ... is A (B + C + ...) where that costs less, with neighbours that are multiplied anyway for nothing.
template <class Graph>
struct distribution_choices : summed_products<Graph> {
  using base = summed_products<Graph>;
  using base::cost_of, base::first_factor, base::is_costly_sum, base::is_split, base::is_whole_product, base::last_factor, base::next,
      base::old, base::pairs, base::part_left, base::product_in, base::products, base::sizes, base::transpose_of, base::uses, base::whole;

  /// How many factors products of a sum share, in front or behind; 0 where they had better stay.
  struct common_factors {
    int leading = 0, trailing = 0;
    constexpr bool exist() const { return leading + trailing > 0; }
    constexpr bool operator==(const common_factors&) const = default;
  };
  /// Neighbours in a product, the first or the last of which is a sum, or the transpose of one: its terms are multiplied by the others.
  struct multiplied_sum {
    int first = 0, last = 0;  // of the neighbours
    bool sum_is_first = false;
    bool turned = false;  // it is the transpose of a sum
    constexpr bool exists() const { return last > first; }
    constexpr bool operator==(const multiplied_sum&) const = default;
  };
  /// The product that stands for such neighbours, or for their transpose where the sum stands there transposed.
  struct sum_and_factors {
    chain factors{};
    int place = 0;  // of the sum
    constexpr node_id sum() const { return factors.factors[place]; }
  };
  bool is_settled[Graph::capacity]{};         // products that others count on
  common_factors factors[Graph::capacity]{};  // of each term of a sum that others are put together with
  node_id joins[Graph::capacity]{};           // the term that a term is put together with; itself, or no_node, where none
  multiplied_sum sums[Graph::capacity]{};     // of each whole product
  bool is_weighed = false;                    // there is something to compare, and not so much of it that compilers would give up

  constexpr distribution_choices(const Graph& g, assumption small) : base(g, small) {
    for (node_id id = 0; id < g.size; ++id) joins[id] = no_node;
    const double work = work_of_weighing();
    if (work == 0) return;
    is_weighed = work <= most_work;
    if (is_weighed) this->note_pairs();
    for (node_id id = 0; id < g.size; ++id) {
      put_terms_together(products[id]);
      if (is_weighed && is_whole_product(id)) choose_sum(id);
    }
    for (node_id id = 0; is_weighed && id < g.size; ++id)
      if (whole[id] != no_node && !sums[id].exists() && !is_settled[id]) choose_sum_beside_others(id);
  }

  // --- a sum that is not formed ---

  constexpr bool is_applied_alone(const chain& c, int place) const {
    const node_id sum = c.factors[place];
    if (uses[sum] != 1 || !is_split(c, sum)) return false;
    const double width = sizes.of(*c.columns), height = sizes.of(*old[c.factors[0]].extents.rows);
    return (place < c.count - 1 && width < sizes.of(*old[sum].extents.columns)) ||
           (place > 0 && height < sizes.of(*old[sum].extents.rows));
  }

  // --- a sum that is formed for something else ---

  constexpr sum_and_factors parts_of(node_id product, const chain& c, const multiplied_sum& found) const {
    if (!found.turned) return {part_of(old, c, found.first, found.last), found.sum_is_first ? 0 : found.last - found.first};
    sum_and_factors result{{}, found.sum_is_first ? found.last - found.first : 0};
    for (int i = found.last; i >= found.first; --i) {
      const node_id factor = transpose_of(c.factors[i], product);
      result.factors.add(factor, old[factor].extents.columns);
    }
    return result;
  }

  // --- terms with common factors ---

  /// What is left of a product without the factors that it shares.
  constexpr chain inside_of(const chain& c, const common_factors& shared) const {
    return part_of(old, c, shared.leading, c.count - 1 - shared.trailing);
  }
  constexpr bool has_common_factors(node_id sum) const {
    for (node_id term = products[sum]; term != no_node; term = next[term])
      if (factors[term].exist()) return true;
    return false;
  }

  /// Most graphs have nothing to multiply out, and no common factor.
  constexpr bool apply() const {
    for (node_id id = 0; id < old.size; ++id) {
      if (factors[id].exist() || sums[id].exists()) return true;
      if (old.nodes[id].code != op::product) continue;
      const chain c = factors_of(old, id);
      for (int place = 0; place < c.count; ++place)
        if (is_applied_alone(c, place)) return true;
    }
    return false;
  }
  /// Whether another assumption leads to the same choices, as far as costs decide.
  constexpr bool agree(const distribution_choices& other) const {
    for (node_id id = 0; id < old.size; ++id)
      if (joins[id] != other.joins[id] || !(factors[id] == other.factors[id]) || !(sums[id] == other.sums[id])) return false;
    return true;
  }

 private:
  /// Compilers stop constant evaluations that take too many steps, of which this counts some for each way to compute a product.
  static constexpr double most_work = 5000;

  /// What it takes to compare: 0 where there is nothing to compare.
  constexpr double work_of_weighing() const {
    const auto cube = [](int count) { return static_cast<double>(count) * count * count; };
    double all = 0, some = 0;
    for (node_id id = 0; id < old.size; ++id) {
      for (node_id term = products[id]; term != no_node; term = next[term])
        for (node_id other = products[id]; other != term; other = next[other])
          if (this->may_share(other, term))
            for (const node_id either : {other, term}) some += 4 * cube(factors_of(old, product_in(either).product).count);
      if (!is_whole_product(id)) continue;
      const chain c = factors_of(old, id);
      all += cube(c.count);
      visit_sums(id, c, [&](const multiplied_sum&) {
        some += 4 * cube(c.count + 1);
        return false;
      });
    }
    return some > 0 ? all + some : 0;
  }

  /// Calls f(multiplied_sum) for what might be multiplied out in a product, until f says that this is it.
  template <class F>
  constexpr void visit_sums(node_id product, const chain& c, F f) const {
    for (int place = 0; place < c.count; ++place) {
      const bool turned = old.nodes[c.factors[place]].code == op::transpose;
      const node_id sum = turned ? old.nodes[c.factors[place]].arguments[0] : c.factors[place];
      if (uses[sum] == 1 || !is_costly_sum(sum) || old.nodes[sum].code == op::multiply) continue;
      for (const bool sum_is_first : {true, false})
        for (int i = place; sum_is_first ? ++i < c.count : --i >= 0;) {
          if (turned && transpose_of(c.factors[i], product) == no_node) break;
          const multiplied_sum found{place < i ? place : i, place < i ? i : place, sum_is_first, turned};
          if (terms_fit(sum, found.last - found.first) && f(found)) return;
        }
    }
  }
  /// The sum of a product whose terms cost less multiplied one by one.
  constexpr void choose_sum(node_id product) {
    const chain c = factors_of(old, product);
    visit_sums(product, c, [&](const multiplied_sum& found) {
      const sum_and_factors parts = parts_of(product, c, found);
      const auto cost_of_term = [&](const chain& term) { return cost_of(no_node, term); };
      if (cost_of_terms(parts.sum(), parts, cost_of_term) + cost_around(product, c, found) < cost_of(product, c)) sums[product] = found;
      return sums[product].exists();
    });
  }
  /// The same of a term of another sum, where others there take along what it is multiplied out to.
  constexpr void choose_sum_beside_others(node_id product) {
    const chain c = factors_of(old, product);
    visit_sums(product, c, [&](const multiplied_sum& found) {
      if (found.last - found.first < c.count - 1) return false;
      const auto cost_of_term = [&](const chain& term) {
        double least = cost_of(no_node, term);
        for (const bool first : {true, false})
          if (joins_neighbour(product, found.turned, term, first))
            least = std::min(least, cost_of(no_node, part_of(old, term, first ? 1 : 0, term.count - (first ? 1 : 2))));
        return least;
      };
      const sum_and_factors parts = parts_of(product, c, found);
      if (cost_of_terms(parts.sum(), parts, cost_of_term) < cost_of(product, c)) sums[product] = found;
      return sums[product].exists();
    });
    for (node_id term = products[whole[product]]; sums[product].exists() && term != no_node; term = next[term])
      is_settled[product_in(term).product] = true;
  }
  /// Whether each term, with some factors more, is still a chain.
  constexpr bool terms_fit(node_id term, int more) const {
    if (!is_costly_sum(term)) return factors_of(old, term).count < chain::capacity - more;
    const node& n = old.nodes[term];
    return terms_fit(n.arguments[1], more) && (n.code == op::multiply || terms_fit(n.arguments[0], more));
  }
  /// What the products of a sum's terms with the factors beside it cost.
  template <class CostOfTerm>
  constexpr double cost_of_terms(node_id term, const sum_and_factors& parts, CostOfTerm cost_of_term) const {
    const node& n = old.nodes[term];
    if (is_costly_sum(term))
      return cost_of_terms(n.arguments[1], parts, cost_of_term) +
             (n.code == op::multiply ? 0 : cost_of_terms(n.arguments[0], parts, cost_of_term));
    chain c = part_of(old, parts.factors, 0, parts.place - 1);
    const auto append = [&](const chain& more, int first) {
      for (int i = first; i < more.count; ++i) c.add(more.factors[i], old[more.factors[i]].extents.columns);
    };
    append(factors_of(old, term), 0);
    append(parts.factors, parts.place + 1);
    return cost_of_term(c);
  }
  /// Whether another product of the sum that a product is a term of begins, or ends, as what that is multiplied out to, or as its
  /// transpose: these two can be put together.
  constexpr bool joins_neighbour(node_id product, bool turned, const chain& c, bool at_its_first) const {
    const node_id factor = c.factors[at_its_first ? 0 : c.count - 1];
    const bool at_first = at_its_first != turned;
    for (node_id term = products[whole[product]]; term != no_node; term = next[term]) {
      const node_id other = product_in(term).product, end = at_first ? first_factor[term] : last_factor[term];
      if (other == product || (turned ? !are_transposes(old, end, factor) : end != factor)) continue;
      const multiplied_sum& its = sums[other];
      if (!its.exists() || (at_first ? its.first > 0 : its.last < factors_of(old, other).count - 1)) return true;
    }
    return false;
  }
  /// What a product costs, given the product of some neighbours.
  constexpr double cost_around(node_id product, const chain& c, const multiplied_sum& given) const {
    const node_id all = c.factors[given.first];  // has the rows of it
    chain shorter = part_of(old, c, 0, given.first);
    for (int i = given.last + 1; i < c.count; ++i) shorter.add(c.factors[i], nullptr);
    shorter.columns = c.columns;
    const auto left = [&](node_id a, node_id b) { return a == all || b == all ? 1 : part_left(a, b, product); };
    return cheapest(old, shorter, sizes, left).cost[0][shorter.count - 1];
  }

  /// Each product of a sum that is not together with an earlier one takes those behind it along that share its factors, where that
  /// is cheaper; the first that joins decides which factors.
  constexpr void put_terms_together(node_id first_product) {
    for (node_id first = first_product; first != no_node; first = next[first])
      if (joins[first] == no_node)
        for (node_id term = next[first]; term != no_node; term = next[term])
          if (joins[term] == no_node && this->may_share(first, term)) join(first, term);
  }
  constexpr void join(node_id first, node_id term) {
    const common_factors all = shared_by(first, term);
    common_factors& known = factors[first];
    if (known.exist()) {
      const int count = factors_of(old, product_in(term).product).count;
      if (all.leading < known.leading || all.trailing < known.trailing || count <= known.leading + known.trailing) return;
      if (!joins_cheaply(first, term, known)) return;
    } else {
      known = cheapest_together(first, term, all);
    }
    if (known.exist()) joins[first] = joins[term] = first;
  }
  constexpr common_factors shared_by(node_id first_term, node_id second_term) const {
    const chain first = factors_of(old, product_in(first_term).product), second = factors_of(old, product_in(second_term).product);
    const int most = first.count < second.count ? first.count - 1 : second.count - 1;
    common_factors shared;
    while (shared.leading < most && first.factors[shared.leading] == second.factors[shared.leading]) ++shared.leading;
    while (shared.trailing < most && first.factors[first.count - 1 - shared.trailing] == second.factors[second.count - 1 - shared.trailing])
      ++shared.trailing;
    return shared;
  }

  /// All factors but one: whatever else is computed, one product is less than two.
  static constexpr bool leaves_one(const common_factors& shared, const chain& first, const chain& second) {
    return first.count == second.count && shared.leading + shared.trailing == first.count - 1;
  }
  /// Of the factors that two terms share, those that are better taken out: on both sides, in front or behind, or none.
  constexpr common_factors cheapest_together(node_id first_term, node_id second_term, const common_factors& all) const {
    if (!all.exist()) return {};
    const node_id first_product = product_in(first_term).product, second_product = product_in(second_term).product;
    const chain first = factors_of(old, first_product), second = factors_of(old, second_product);
    const auto others_leave = [&](node_id a, node_id b) { return pairs.part_left(old, a, b, first_product, second_product); };
    const auto cost_of_both = [&](const chain& a, const chain& b) {
      const bracketing order = cheapest(old, a, sizes, others_leave);
      multiplied_pairs<Graph> its;
      its.note(old, a, order, 0, a.count - 1, first_product);
      const auto both_leave = [&](node_id left, node_id right) { return its.part_left(old, left, right) * others_leave(left, right); };
      return order.cost[0][a.count - 1] + cheapest(old, b, sizes, both_leave).cost[0][b.count - 1];
    };
    const auto cost_taken_out = [&](const common_factors& shared) {
      const chain first_rest = inside_of(first, shared), second_rest = inside_of(second, shared);
      const double inside = cost_of_both(first_rest, second_rest) + this->cost_of_adding(first_rest, second_rest);
      // The first factor of what is left has the rows of the sum.
      chain outside = part_of(old, first, 0, shared.leading);
      outside.columns = old[first.factors[first.count - 1 - shared.trailing]].extents.columns;
      for (int i = first.count - shared.trailing; i < first.count; ++i) outside.add(first.factors[i], old[first.factors[i]].extents.columns);
      return inside + cheapest(old, outside, sizes).cost[0][outside.count - 1];
    };
    const bool overlap = all.leading + all.trailing >= (first.count < second.count ? first.count : second.count);
    const common_factors choices[] = {overlap ? common_factors{} : all, {all.leading, 0}, {0, all.trailing}};
    common_factors best;
    double least = is_weighed ? cost_of_both(first, second) : 0;
    for (const common_factors& shared : choices) {
      if (!shared.exist()) continue;
      if (!is_weighed) {
        if (leaves_one(shared, first, second)) return shared;
      } else if (const double cost = cost_taken_out(shared); cost < least) {
        best = shared;
        least = cost;
      }
    }
    return best;
  }
  /// Whether a term costs less beside another one, whose factors are taken out already.
  constexpr bool joins_cheaply(node_id first_term, node_id term, const common_factors& shared) const {
    const node_id first_product = product_in(first_term).product, product = product_in(term).product;
    const chain first = factors_of(old, first_product), c = factors_of(old, product);
    if (!is_weighed) return leaves_one(shared, first, c);
    const chain inside = inside_of(c, shared);
    const auto others_leave = [&](node_id a, node_id b) { return pairs.part_left(old, a, b, first_product, product); };
    return cheapest(old, inside, sizes, others_leave).cost[0][inside.count - 1] < cheapest(old, c, sizes, others_leave).cost[0][c.count - 1];
  }
};

}  // namespace ctgrad::detail
