// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <iterator>
#include <limits>
#include <type_traits>

#include <xtensor-blas/xblas.hpp>

#if __has_include(<xtensor/containers/xfixed.hpp>)
#include <xtensor/containers/xfixed.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xfixed.hpp>
#include <xtensor/xview.hpp>
#endif

namespace ctgrad::detail {

template <class C>
concept arithmetic = std::is_arithmetic_v<std::remove_cvref_t<C>>;

/// Anything of xtensor that has a shape and entries.
template <class C>
concept tensor_like = requires(const std::remove_cvref_t<C>& c) {
  typename std::remove_cvref_t<C>::value_type;
  c.shape();
  c.dimension();
  c.template begin<xt::layout_type::row_major>();
};

/// Anything with a size and integers in it.
template <class C>
concept integer_range = requires(const std::remove_cvref_t<C>& c) {
  std::begin(c) != std::end(c);
  std::size(c);
  requires std::is_integral_v<std::remove_cvref_t<decltype(*std::begin(c))>>;
};

template <class C>
using entry_type = typename std::remove_cvref_t<C>::value_type;

/// The number of dimensions, or -1 where it is known at run time alone.
template <class C>
constexpr int rank_of() {
  using shape_type = typename std::remove_cvref_t<C>::shape_type;
  if constexpr (requires { std::tuple_size<shape_type>::value; })
    return static_cast<int>(std::tuple_size<shape_type>::value);
  else if constexpr (requires { shape_type::size(); std::integral_constant<std::size_t, shape_type::size()>{}; })
    return static_cast<int>(shape_type::size());
  else
    return -1;
}

/// The memory of a container, as up to two extents with strides in entries. A vector is a run along `columns`.
template <class T>
struct memory_view {
  T* data = nullptr;
  long rows = 1, columns = 1, row_stride = 0, column_stride = 0;

  bool is_contiguous() const {
    const bool columns_fit = columns <= 1 || column_stride == 1;
    const bool rows_fit = rows <= 1 || row_stride == columns;
    return columns_fit && rows_fit;
  }
  long size() const { return rows * columns; }
  T& at(long i, long j) const { return data[i * row_stride + j * column_stride]; }
  operator memory_view<const T>() const
    requires(!std::is_const_v<T>)
  {
    return {data, rows, columns, row_stride, column_stride};
  }
};

template <class C>
inline constexpr bool has_memory = xt::has_data_interface<std::remove_cvref_t<C>>::value;

/// Whether the type alone tells that the entries follow each other, row by row.
template <class C>
inline constexpr bool is_packed = C::static_layout == xt::layout_type::row_major;

/// The memory of a container of rank 0, 1 or 2 that has any.
template <class C>
[[gnu::always_inline]] inline auto memory_of(C& c) {
  using T = std::remove_reference_t<decltype(*c.data())>;
  memory_view<T> view;
  view.data = c.data() + c.data_offset();
  const auto extent = [&](std::size_t i) { return static_cast<long>(c.shape()[i]); };
  if constexpr (is_packed<std::remove_cvref_t<C>>) {
    if (c.dimension() == 2) view.rows = extent(0);
    if (c.dimension() > 0) view.columns = extent(c.dimension() == 2 ? 1 : 0);
    view.row_stride = view.columns;
    view.column_stride = 1;
    return view;
  }
  const auto& strides = c.strides();
  const auto stride = [&](std::size_t i) { return static_cast<long>(strides[i]); };
  if (c.dimension() == 2) {
    view.rows = extent(0);
    view.columns = extent(1);
    view.row_stride = stride(0);
    view.column_stride = stride(1);
    // A vector stored as n x 1 is a run as well.
    if (view.columns == 1) view.column_stride = 1;
    if (view.rows == 1) view.row_stride = view.columns;
    if (view.columns == 1 && view.rows > 1 && view.row_stride != 1) return view;
  } else if (c.dimension() == 1) {
    view.columns = extent(0);
    view.column_stride = extent(0) <= 1 ? 1 : stride(0);
    view.row_stride = view.columns;
  }
  return view;
}

/// The addresses from the first entry of a block to behind its last one: what a quick look for overlaps compares.
struct address_range {
  std::uintptr_t low = 0, high = 0;
  template <class T>
  static address_range of(const memory_view<T>& v) {
    if (v.data == nullptr || v.rows <= 0 || v.columns <= 0) return {};
    long below = 0, above = 1;  // of the first entry: strides may be negative
    for (const long reach : {(v.rows - 1) * v.row_stride, (v.columns - 1) * v.column_stride}) (reach < 0 ? below : above) += reach;
    return {reinterpret_cast<std::uintptr_t>(v.data + below), reinterpret_cast<std::uintptr_t>(v.data + above)};
  }
  // In one comparison: behind the end of a the other begins less than both lengths before. Empty ranges are at 0.
  friend bool meet(const address_range& a, const address_range& b) {
    return a.high - b.low - 1 < (a.high - a.low) + (b.high - b.low) - 1;
  }
};

/// Whether two blocks of memory share an entry.
template <class T>
[[gnu::noinline, gnu::cold]] bool overlap(const memory_view<T>& a, const memory_view<T>& b) {
  if (!meet(address_range::of(a), address_range::of(b))) return false;
  if (a.is_contiguous() && b.is_contiguous()) return true;
  const auto row = [](const memory_view<T>& v, long i) { return address_range::of(memory_view<T>{&v.at(i, 0), 1, v.columns, 0, v.column_stride}); };
  for (long i = 0; i < a.rows; ++i)
    for (long j = 0; j < b.rows; ++j)
      if (meet(row(a, i), row(b, j))) return true;
  return false;
}

/// Whether two blocks are the same entries in the same order.
template <class T>
[[gnu::noinline, gnu::cold]] bool same_memory(const memory_view<T>& a, const memory_view<T>& b) {
  return a.data == b.data && a.size() == b.size() &&
         ((a.is_contiguous() && b.is_contiguous()) ||
          (a.rows == b.rows && a.columns == b.columns && a.row_stride == b.row_stride && a.column_stride == b.column_stride));
}

}  // namespace ctgrad::detail
