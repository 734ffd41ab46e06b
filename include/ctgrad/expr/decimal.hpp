// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "literal.hpp"
#include "text.hpp"

namespace ctgrad::detail {

/// A positive number in decimal: digits[0].digits[1]digits[2]... times 10^exponent.
struct decimal {
  static constexpr int enough = 17;  // so many digits tell any two doubles apart
  char digits[enough + 1]{};
  int count = 0, exponent = 0;

  /// To fewer digits, half way up.
  constexpr decimal rounded(int wanted) const {
    decimal result = *this;
    result.count = wanted;
    if (digits[wanted] < '5') return result;
    int place = wanted - 1;
    while (place >= 0 && result.digits[place] == '9') result.digits[place--] = '0';
    if (place >= 0) {
      ++result.digits[place];
    } else {
      result.digits[0] = '1';
      ++result.exponent;
    }
    return result;
  }
  constexpr double value() const {
    text_buffer<30> text;
    for (int i = 0; i < count; ++i) text << digits[i];
    text << 'e' << static_cast<long>(exponent - count + 1);
    return parse_double(text.c_str());
  }
};

/// One digit more than enough, cut off.
constexpr decimal leading_digits(double value) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(value), fraction_bits = std::uint64_t{1} << 52;
  const bool is_normal = bits >= fraction_bits;
  const std::uint64_t mantissa = bits % fraction_bits + (is_normal ? fraction_bits : 0);
  const int power = (is_normal ? static_cast<int>(bits >> 52) : 1) - 1075;
  natural rest, unit;
  rest.multiply_add(1, static_cast<std::uint32_t>(mantissa >> 32));
  rest.shift_left(32);
  rest.multiply_add(1, static_cast<std::uint32_t>(mantissa));
  rest.shift_left(power > 0 ? power : 0);
  unit.multiply_add(1, 1);
  unit.shift_left(power < 0 ? -power : 0);

  decimal result;
  for (; !rest.at_least(unit); --result.exponent) rest.multiply_add(10, 0);
  for (natural tenfold = unit;; ++result.exponent) {
    tenfold.multiply_add(10, 0);
    if (!rest.at_least(tenfold)) break;
    unit = tenfold;
  }
  for (; result.count <= decimal::enough; ++result.count) {
    char& digit = result.digits[result.count];
    for (digit = '0'; rest.at_least(unit); ++digit) rest.subtract(unit);
    rest.multiply_add(10, 0);
  }
  return result;
}

/// As few digits as read back to the same double.
constexpr decimal shortest_decimal(double value) {
  const decimal all = leading_digits(value);
  int count = 1;
  while (count < decimal::enough && all.rounded(count).value() != value) ++count;
  return all.rounded(count);
}

}  // namespace ctgrad::detail
