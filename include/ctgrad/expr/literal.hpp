// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstdint>

namespace ctgrad::detail {

/// A natural number of up to 3,000 bits: enough to read any double exactly.
struct natural {
  static constexpr int capacity = 94;
  std::uint32_t limbs[capacity]{};
  int count = 0;

  constexpr void multiply_add(std::uint32_t factor, std::uint32_t addend) {
    std::uint64_t carry = addend;
    for (int i = 0; i < count; ++i) {
      carry += static_cast<std::uint64_t>(limbs[i]) * factor;
      limbs[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs[count++] = static_cast<std::uint32_t>(carry);
  }
  constexpr void shift_left(int bits) {
    for (; bits >= 31; bits -= 31) multiply_add(1u << 31, 0);
    multiply_add(1u << bits, 0);
  }
  constexpr int bit_length() const {
    return count == 0 ? 0 : 32 * count - std::countl_zero(limbs[count - 1]);
  }
  constexpr bool at_least(const natural& other) const {
    if (count != other.count) return count > other.count;
    for (int i = count; i-- > 0;)
      if (limbs[i] != other.limbs[i]) return limbs[i] > other.limbs[i];
    return true;
  }
  constexpr void subtract(const natural& other) {
    std::int64_t borrow = 0;
    for (int i = 0; i < count; ++i) {
      borrow += static_cast<std::int64_t>(limbs[i]) - (i < other.count ? other.limbs[i] : 0);
      limbs[i] = static_cast<std::uint32_t>(borrow);
      borrow >>= 32;
    }
    while (count > 0 && limbs[count - 1] == 0) --count;
  }
};

/// numerator / denominator * 2^-scale, rounded to the nearest double, ties to even.
constexpr double round_quotient(natural numerator, natural denominator) {
  // Scale so that the quotient has 64 or 65 bits, but never more digits than a subnormal keeps.
  int scale = 64 + denominator.bit_length() - numerator.bit_length();
  if (scale > 0) numerator.shift_left(scale);
  if (scale < 0) denominator.shift_left(-scale);
  std::uint64_t quotient = 0;
  int bits = 0;
  natural divisor = denominator;
  // Long division, bit by bit: 66 bits from the top, the last ones folded into a sticky bit.
  bool sticky = false;
  for (int position = 65; position >= 0; --position) {
    natural shifted = divisor;
    shifted.shift_left(position);
    const bool bit = numerator.at_least(shifted);
    if (bit) numerator.subtract(shifted);
    if (bits < 64) {
      if (bits > 0 || bit) quotient = 2 * quotient + (bit ? 1 : 0), ++bits;
    } else {
      sticky = sticky || bit;
      --scale;
    }
  }
  sticky = sticky || numerator.count > 0;
  // value = quotient * 2^-scale with a 64-bit quotient
  int exponent = 63 - scale;
  int keep = exponent >= -1022 ? 53 : 53 - (-1022 - exponent);
  if (keep < 0) return 0;
  const int drop = 64 - keep;
  std::uint64_t kept = drop == 64 ? 0 : quotient >> drop;
  const std::uint64_t half = std::uint64_t{1} << (drop - 1);
  const std::uint64_t rest = quotient & (half | (half - 1));
  if (rest > half || (rest == half && (sticky || (kept & 1) != 0))) ++kept;
  double result = static_cast<double>(kept);
  for (int power = drop - scale; power > 0; --power) result *= 2;
  int power = drop - scale;
  for (; power < 0 && power > -1000; ++power) result /= 2;
  for (; power < 0; ++power) result /= 2;
  return result;
}

/// Hexadecimal (also with fraction and binary exponent), binary and octal literals.
constexpr double parse_power_of_two_base(const char* s, std::uint32_t base) {
  natural digits, denominator;
  denominator.multiply_add(1, 1);
  int exponent = 0;
  bool fraction = false;
  for (; *s != '\0' && *s != 'p' && *s != 'P'; ++s) {
    if (*s == '\'') continue;
    if (*s == '.') {
      fraction = true;
      continue;
    }
    const char c = *s;
    digits.multiply_add(base, static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10));
    if (fraction) exponent -= 4;
  }
  if (*s != '\0') {
    ++s;
    const bool negative = *s == '-';
    if (*s == '-' || *s == '+') ++s;
    int written = 0;
    for (; *s != '\0'; ++s) written = 10 * written + (*s - '0');
    exponent += negative ? -written : written;
  }
  if (digits.count == 0) return 0;
  if (exponent > 0) digits.shift_left(exponent);
  if (exponent < 0) denominator.shift_left(-exponent);
  return round_quotient(digits, denominator);
}

/// Whether a literal that begins with 0 is octal: digits alone.
constexpr bool is_octal(const char* s) {
  if (s[0] != '0' || s[1] == '\0') return false;
  for (; *s != '\0'; ++s)
    if (*s == '.' || *s == 'e' || *s == 'E') return false;
  return true;
}

/// The double that a literal denotes, bit for bit.
constexpr double parse_double(const char* s) {
  if (s[0] == '0' && (s[1] | 32) == 'x') return parse_power_of_two_base(s + 2, 16);
  if (s[0] == '0' && (s[1] | 32) == 'b') return parse_power_of_two_base(s + 2, 2);
  if (is_octal(s)) return parse_power_of_two_base(s + 1, 8);
  natural digits;
  int exponent = 0, significant = 0;
  bool fraction = false;
  for (; *s != '\0' && *s != 'e' && *s != 'E'; ++s) {
    if (*s == '\'') continue;
    if (*s == '.') {
      fraction = true;
      continue;
    }
    if (significant < 400) {
      digits.multiply_add(10, static_cast<std::uint32_t>(*s - '0'));
      if (digits.count > 0) ++significant;
      if (fraction) --exponent;
    } else if (!fraction) {
      ++exponent;
    }
  }
  if (*s != '\0') {
    ++s;
    const bool negative = *s == '-';
    if (*s == '-' || *s == '+') ++s;
    int written = 0;
    for (; *s != '\0'; ++s)
      if (*s != '\'' && written < 100000) written = 10 * written + (*s - '0');
    exponent += negative ? -written : written;
  }
  if (digits.count == 0) return 0;
  if (digits.bit_length() <= 53 && exponent >= -22 && exponent <= 22) {
    // Both operands of the one rounding operation are exact.
    double value = static_cast<double>((static_cast<std::uint64_t>(digits.limbs[1]) << 32) | digits.limbs[0]);
    double power = 1;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; --i) power *= 10;
    return exponent < 0 ? value / power : value * power;
  }
  if (significant + exponent < -330) return 0;
  natural denominator;
  denominator.multiply_add(1, 1);
  for (; exponent > 0; --exponent) digits.multiply_add(10, 0);
  for (; exponent < 0; ++exponent) denominator.multiply_add(10, 0);
  return round_quotient(digits, denominator);
}

/// A number as a template argument. Its bits, because Clang 16 has no floating-point template parameters.
struct number_argument {
  std::uint64_t bits;
  consteval number_argument(double value) : bits(std::bit_cast<std::uint64_t>(value)) {}
  constexpr double value() const { return std::bit_cast<double>(bits); }
};

}  // namespace ctgrad::detail
