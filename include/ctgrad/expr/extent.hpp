// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>

#include "text.hpp"

namespace ctgrad::detail {

/// The name of an extent; equal names are equal keys.
struct symbol {
  std::uint64_t key = 0;
  const char* text = "";
};

/// coefficient * factors[0] * factors[1] * ...; no factors for a plain number.
struct monomial {
  static constexpr int capacity = 3;
  long coefficient = 0;
  int degree = 0;
  symbol factors[capacity]{};
};

constexpr int compare(const monomial& a, const monomial& b) {
  for (int i = 0; i < a.degree && i < b.degree; ++i)
    if (int order = compare(a.factors[i].text, b.factors[i].text); order != 0) return order;
  return b.degree - a.degree;
}

/// An extent of a matrix: a polynomial in names, kept sorted, so that p+q is q+p.
struct extent {
  static constexpr int capacity = 6;
  std::uint64_t key = 0;
  int count = 0;
  bool too_long = false;
  monomial terms[capacity]{};

  constexpr bool is_number() const { return count == 0 || (count == 1 && terms[0].degree == 0); }
  constexpr long number() const { return count == 0 ? 0 : terms[0].coefficient; }
  static constexpr std::uint64_t key_of_one = mix(1, 1);
  constexpr bool is_one() const { return key == key_of_one; }
  friend constexpr bool operator==(const extent& a, const extent& b) { return a.key == b.key; }

  constexpr void add(const monomial& term) {
    int place = 0;
    while (place < count && compare(terms[place], term) < 0) ++place;
    if (place < count && compare(terms[place], term) == 0) {
      terms[place].coefficient += term.coefficient;
      if (terms[place].coefficient == 0) {
        --count;
        for (int i = place; i < count; ++i) terms[i] = terms[i + 1];
        terms[count] = monomial{};
      }
    } else if (count == capacity) {
      too_long = true;
    } else if (term.coefficient != 0) {
      for (int i = count++; i > place; --i) terms[i] = terms[i - 1];
      terms[place] = term;
    }
    rehash();
  }
  constexpr void rehash() {
    key = 1;
    for (int i = 0; i < count; ++i) {
      key = mix(key, static_cast<std::uint64_t>(terms[i].coefficient));
      for (int j = 0; j < terms[i].degree; ++j) key = mix(key, terms[i].factors[j].key);
    }
  }
};

constexpr extent operator+(extent a, const extent& b) {
  for (int i = 0; i < b.count; ++i) a.add(b.terms[i]);
  return a;
}

constexpr extent operator-(extent a, const extent& b) {
  for (int i = 0; i < b.count; ++i) {
    monomial term = b.terms[i];
    term.coefficient = -term.coefficient;
    a.add(term);
  }
  return a;
}

constexpr extent operator*(const extent& a, const extent& b) {
  extent product;
  product.rehash();
  for (int i = 0; i < a.count; ++i)
    for (int j = 0; j < b.count; ++j) {
      monomial term = a.terms[i];
      term.coefficient *= b.terms[j].coefficient;
      for (int k = 0; k < b.terms[j].degree; ++k) {
        if (term.degree == monomial::capacity) {
          product.too_long = true;
          return product;
        }
        int place = term.degree++;
        for (; place > 0 && compare(b.terms[j].factors[k].text, term.factors[place - 1].text) < 0; --place)
          term.factors[place] = term.factors[place - 1];
        term.factors[place] = b.terms[j].factors[k];
      }
      product.add(term);
    }
  return product;
}

template <std::size_t Capacity>
[[gnu::noinline, gnu::cold]] constexpr text_buffer<Capacity>& operator<<(text_buffer<Capacity>& out, const extent& e) {
  if (e.count == 0) return out << '0';
  for (int i = 0; i < e.count; ++i) {
    const monomial& term = e.terms[i];
    if (i > 0 && term.coefficient >= 0) out << '+';
    const bool is_negated = term.coefficient == -1 && term.degree > 0;
    if (is_negated) out << '-';
    const bool says_number = !is_negated && (term.coefficient != 1 || term.degree == 0);
    if (says_number) out << term.coefficient;
    for (int j = 0; j < term.degree; ++j) {
      if (j > 0 || says_number) out << '*';
      out << term.factors[j].text;
    }
  }
  return out;
}

/// The names in an extent's text, each with a life of its own, for `symbol::text` to point at.
struct extent_names {
  static constexpr int capacity = 8, length = 39;
  char storage[capacity][length + 1]{};
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_character(char c) {
  return c == '_' || is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) > 127;
}

constexpr extent_names split_names(const char* s) {
  extent_names names;
  int count = 0;
  for (; *s != '\0' && count < extent_names::capacity;) {
    int length = 0;
    while (is_name_character(*s)) names.storage[count][length++] = *s++;
    if (length > 0) ++count;
    if (*s != '\0') ++s;
  }
  return names;
}

/// Reads sums of products of names and numbers: "m", "64", "p+q", "2*p+1".
constexpr extent parse_extent(const char* s, const extent_names& names) {
  extent result;
  result.rehash();
  monomial term{1, 0, {}};
  int word = 0;
  for (;;) {
    while (*s == ' ') ++s;
    const char* text = names.storage[word++];
    if (is_digit(text[0])) {
      long number = 0;
      for (const char* digit = text; is_digit(*digit); ++digit) number = 10 * number + (*digit - '0');
      term.coefficient *= number;
    } else if (term.degree < monomial::capacity) {
      extent factor;
      factor.add(monomial{1, 1, {{hash(text), text}}});
      extent so_far;
      so_far.add(term);
      term = (so_far * factor).terms[0];
    } else {
      result.too_long = true;
    }
    while (is_name_character(*s)) ++s;
    while (*s == ' ') ++s;
    if (*s != '*') {
      result.add(term);
      term = monomial{1, 0, {}};
    }
    if (*s == '\0') return result;
    ++s;
  }
}

/// What is wrong with an extent as written.
enum class extent_problem : std::uint8_t { none, negative, empty, too_long, too_many, not_a_sum, not_whole };

/// How many names and numbers there are, with + or * between them; 0 if the text is anything else.
constexpr int count_words(const char* s) {
  for (int count = 1;; ++count, ++s) {
    while (*s == ' ') ++s;
    if (!is_name_character(*s)) return 0;
    const bool is_number = is_digit(*s);
    for (; is_name_character(*s); ++s)
      if (is_number && !is_digit(*s)) return 0;
    while (*s == ' ') ++s;
    if (*s == '\0') return count;
    if (*s != '+' && *s != '*') return 0;
  }
}

/// One name alone, which stands as it is written.
constexpr bool is_name(const char* s) {
  if (is_digit(*s)) return false;
  while (is_name_character(*s)) ++s;
  return *s == '\0';
}

/// An extent as a template argument: a name ("m"), a number (64), or a sum ("p+q", "p+1"); always in its sorted form.
struct extent_argument {
  static constexpr std::size_t capacity = extent_names::length;
  char characters[capacity + 1]{};
  extent_problem problem = extent_problem::none;

  consteval extent_argument(std::integral auto number) {
    text_buffer<capacity> text;
    text << static_cast<long>(number);
    if (number < 0) problem = extent_problem::negative;
    copy(text.characters, text.length);
  }
  consteval extent_argument(std::floating_point auto) : problem(extent_problem::not_whole) {}
  template <std::size_t N>
  consteval extent_argument(const char (&literal)[N]) {
    if (N == 1) problem = extent_problem::empty;
    else if (N > capacity + 1) problem = extent_problem::too_long;
    else if (is_name(literal)) copy(literal, N - 1);
    else copy_sum(literal);
  }

 private:
  constexpr void copy_sum(const char* literal) {
    const int words = count_words(literal);
    if (words == 0) problem = extent_problem::not_a_sum;
    else if (words > extent_names::capacity) problem = extent_problem::too_many;
    if (problem != extent_problem::none) return;
    const extent_names names = split_names(literal);
    const extent sum = parse_extent(literal, names);
    if (sum.too_long) problem = extent_problem::too_many;
    text_buffer<capacity> text;
    text << sum;
    copy(text.characters, text.length);
  }
  constexpr void copy(const char* text, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) characters[i] = text[i];
  }
};

constexpr const char* describe(extent_problem problem) {
  switch (problem) {
    case extent_problem::none: return "";
    case extent_problem::negative: return "an extent must not be negative";
    case extent_problem::empty: return "an extent must not be empty:|name it, or write a number";
    case extent_problem::too_long: return "an extent has|at most 39 characters";
    case extent_problem::too_many: return "an extent is a sum of at most|6 products of at most 3 names";
    case extent_problem::not_a_sum: return "an extent is a name, a number,|or a sum of them such as p+1";
    case extent_problem::not_whole: return "an extent is a name|or a whole number";
  }
  return "";
}

template <extent_argument Argument>
inline constexpr extent_names names_of = split_names(Argument.characters);

template <extent_problem Problem>
inline constexpr message wrong_extent = message{} << describe(Problem);

template <extent_argument Argument>
constexpr extent read_extent() {
  static_assert(decltype(the_problem<wrong_extent<Argument.problem>>)::none, "ctgrad: an extent");
  return parse_extent(Argument.characters, names_of<Argument>);
}

/// One object for each way of writing an extent; expressions point at it.
template <extent_argument Argument>
inline constexpr extent extent_of = read_extent<Argument>();

inline constexpr const extent& one_extent = extent_of<1>;
inline constexpr const extent& zero_extent = extent_of<0>;

/// Extents made of others, one object each.
template <const extent* A, const extent* B>
inline constexpr extent extent_sum = *A + *B;
template <const extent* A, const extent* B>
inline constexpr extent extent_product = *A * *B;

}  // namespace ctgrad::detail
