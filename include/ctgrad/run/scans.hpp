// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "pack.hpp"

namespace ctgrad::detail {

/// A product of many factors that neither overflows nor underflows on the way: mantissa * 2^exponent.
template <class T>
struct scaled_product {
  T mantissa = 1;
  long exponent = 0;

  void multiply(T factor) {
    int shift = 0, carry = 0;
    mantissa = std::frexp(mantissa * std::frexp(factor, &shift), &carry);
    exponent += shift + carry;
  }
  T times(T other) const {
    constexpr long limit = 1 << 20;
    return std::ldexp(mantissa * other, static_cast<int>(std::clamp(exponent, -limit, limit)));
  }
};

template <class T>
T product_of(const T* a, long count) {
  using V = pack<T>;
  constexpr long width = static_cast<long>(pack_size<T>);
  T result = 1;
  long i = 0;
  if (count >= width) {
    V products = load<V>(a);
    for (i = width; i + width <= count; i += width) products *= load<V>(a + i);
    T lanes[pack_size<T>];
    store(products, lanes);
    for (T lane : lanes) result *= lane;
  }
  for (; i < count; ++i) result *= a[i];
  if (std::abs(result) >= std::numeric_limits<T>::min() && std::abs(result) <= std::numeric_limits<T>::max()) return result;
  scaled_product<T> product;  // what left the range may come back
  for (i = 0; i < count; ++i) product.multiply(a[i]);
  return product.times(T(1));
}

/// The product of the entries before each one, 1 at the first.
template <class T>
void products_before(const T* a, T* to, long count) {
  T product = 1;
  for (long i = 0; i < count; ++i) {
    to[i] = product;
    product *= a[i];
  }
}

/// The product of the entries after each one, 1 at the last.
template <class T>
void products_after(const T* a, T* to, long count) {
  T product = 1;
  for (long i = count; i-- > 0;) {
    to[i] = product;
    product *= a[i];
  }
}

/// y_0 = 0, y_(i+1) = a_i y_i + b_i.
template <class T>
void recurrence(const T* a, const T* b, T* to, long count) {
  if (count > 0) to[0] = 0;
  if (count > 1) to[1] = b[0];  // whatever a_0 is
  for (long i = 1; i + 1 < count; ++i) to[i + 1] = a[i] * to[i] + b[i];
}

/// y_(n-1) = 0, y_(i-1) = a_i y_i + b_i.
template <class T>
void reverse_recurrence(const T* a, const T* b, T* to, long count) {
  if (count > 0) to[count - 1] = 0;
  if (count > 1) to[count - 2] = b[count - 1];
  for (long i = count - 2; i > 0; --i) to[i - 1] = a[i] * to[i] + b[i];
}

template <class T>
void cumulative_sum(const T* a, T* to, long count) {
  T sum = 0;
  for (long i = 0; i < count; ++i) to[i] = sum += a[i];
}

template <class T>
void reverse_cumulative_sum(const T* a, T* to, long count) {
  T sum = 0;
  for (long i = count; i-- > 0;) to[i] = sum += a[i];
}

/// log(sum of exp) of the first entries up to each one: the sum is kept relative to the largest entry so far.
template <class T>
void cumulative_logsumexp(const T* a, T* to, long count) {
  T top = -std::numeric_limits<T>::infinity(), sum = 0;
  for (long i = 0; i < count; ++i) {
    if (a[i] <= top) {
      if (top <= std::numeric_limits<T>::max()) sum += a[i] == top ? T(1) : std::exp(a[i] - top);
    } else {
      sum = sum * std::exp(top - a[i]) + 1;
      top = a[i];
    }
    to[i] = top + std::log(sum);
  }
}

}  // namespace ctgrad::detail
