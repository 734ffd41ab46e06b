// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace ctgrad::detail {

/// A growing piece of text in constant evaluation, cut off silently at its capacity. At run time it is the text of an error:
/// nothing of it is worth a compiler's time.
template <std::size_t Capacity>
struct text_buffer {
  char characters[Capacity + 1]{};
  std::size_t length = 0;

  constexpr std::size_t size() const { return length; }
  constexpr const char* c_str() const { return characters; }
  constexpr char operator[](std::size_t position) const { return characters[position]; }

  constexpr text_buffer& operator<<(char c) {
    if (length < Capacity) characters[length++] = c;
    return *this;
  }
  [[gnu::noinline, gnu::cold]] constexpr text_buffer& operator<<(const char* s) {
    while (*s != '\0') *this << *s++;
    return *this;
  }
  [[gnu::noinline, gnu::cold]] constexpr text_buffer& operator<<(long value) {
    if (value < 0) {
      *this << '-';
      value = -value;
    }
    char digits[20]{};
    int count = 0;
    do digits[count++] = static_cast<char>('0' + value % 10);
    while ((value /= 10) != 0);
    while (count > 0) *this << digits[--count];
    return *this;
  }
};

/// A name given as a template argument: `matrix<"W", ...>`.
struct name {
  static constexpr std::size_t capacity = 31;
  char characters[capacity + 1]{};

  template <std::size_t N>
  consteval name(const char (&literal)[N]) {
    static_assert(N > 1, "ctgrad: a name must not be empty");
    static_assert(N <= capacity + 1, "ctgrad: a name has at most 31 characters");
    for (std::size_t i = 0; i < N && i < capacity; ++i) characters[i] = literal[i];
  }
  constexpr const char* c_str() const { return characters; }
};

constexpr int compare(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

/// One round of a 64-bit mixing function (the finaliser of splitmix64), for digests and hash tables.
constexpr std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  std::uint64_t z = (state ^ word) + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

constexpr std::uint64_t hash(const char* s) {
  std::uint64_t state = 0;
  while (*s != '\0') state = mix(state, static_cast<unsigned char>(*s++));
  return state;
}

/// Exactly as many characters as it says, so that both compilers print it as a string in an error message.
template <std::size_t Size>
struct fragment {
  char characters[Size]{};
};

/// A type whose name is a message. A static_assert of its member `none` makes a compiler print it: Clang shows the
/// condition in the error. GCC would show it in a note behind the error, but a missing member is named in the error.
template <fragment... Words>
struct problem {
#ifdef __clang__
  static constexpr bool none = false;
#endif
};
template <>
struct problem<> {
  static constexpr bool none = true;
};

/// "|" parts a message into the fragments that a compiler shows one by one.
using message = text_buffer<400>;

/// Where the n-th fragment of a message starts; fragments hold at most 31 characters and break at blanks.
constexpr std::size_t fragment_end(const message& text, std::size_t start) {
  std::size_t end = start, blank = start;
  while (end < text.length && text[end] != '|' && end - start < 31) {
    if (text[end] == ' ') blank = end;
    ++end;
  }
  if (end == text.length || text[end] == '|' || blank == start) return end;
  return blank;
}
constexpr std::size_t next_fragment(const message& text, std::size_t end) {
  return end < text.length && (text[end] == '|' || text[end] == ' ') ? end + 1 : end;
}
constexpr std::size_t fragment_start(const message& text, int index) {
  std::size_t start = 0;
  while (index-- > 0) start = next_fragment(text, fragment_end(text, start));
  return start;
}
constexpr int fragment_count(const message& text) {
  int count = 0;
  for (std::size_t start = 0; start < text.length; ++count) start = next_fragment(text, fragment_end(text, start));
  return count;
}

template <const message& Text, int Index>
consteval auto make_fragment() {
  constexpr std::size_t start = fragment_start(Text, Index), end = fragment_end(Text, start);
  fragment<end - start + 1> result;
  for (std::size_t i = start; i < end; ++i) result.characters[i - start] = Text[i];
  result.characters[end - start] = '\0';
  return result;
}

template <const message& Text, int... Index>
consteval auto make_problem(std::integer_sequence<int, Index...>) {
  return problem<make_fragment<Text, Index>()...>{};
}

/// A value of type `problem<"why", "operand is 2 x 3", ...>`, for `static_assert(decltype(the_problem<text>)::none)`.
template <const message& Text>
inline constexpr auto the_problem = make_problem<Text>(std::make_integer_sequence<int, fragment_count(Text)>{});
template <const message& Text>
using problem_of = decltype(the_problem<Text>);

}  // namespace ctgrad::detail
