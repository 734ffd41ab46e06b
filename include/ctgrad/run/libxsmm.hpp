// SPDX-License-Identifier: BSL-1.0
#pragma once

// Products of small matrices by kernels that LIBXSMM writes for their sizes at run time: an option, since all translation
// units of a program must agree on it. CMake's option of the same name finds the library.
#ifdef CTGRAD_USE_LIBXSMM

#include <libxsmm.h>

#include <type_traits>

namespace ctgrad::detail {

/// The kernels that LIBXSMM has written so far. To ask the library costs as much as a product of 16 x 16 matrices, so each
/// thread remembers what it asked for last; sizes that share an entry take it from each other. Memory is asked for only
/// when a size is met for the first time.
template <class T>
struct libxsmm_kernels {
  using kernel = std::conditional_t<std::is_same_v<T, double>, libxsmm_dmmfunction, libxsmm_smmfunction>;
  struct entry {
    int m, n, k, flags, accumulates;
    kernel run;
  };
  static constexpr unsigned entry_count = 64;

  /// Null where the library has none.
  static kernel find(int flags, int m, int n, int k, bool accumulates) {
    static thread_local entry entries[entry_count];
    const unsigned mixed = static_cast<unsigned>(m) * 73u ^ static_cast<unsigned>(n) * 151u ^ static_cast<unsigned>(k) * 283u;
    entry& e = entries[(mixed ^ static_cast<unsigned>(flags) ^ (accumulates ? 32u : 0u)) % entry_count];
    if (e.m != m || e.n != n || e.k != k || e.flags != flags || e.accumulates != accumulates)
      e = {m, n, k, flags, accumulates, ask(flags, m, n, k, accumulates)};
    return e.run;
  }

 private:
  static kernel ask(int flags, int m, int n, int k, bool accumulates) {
    const T alpha = 1, beta = accumulates ? 1 : 0;
    if constexpr (std::is_same_v<T, double>)
      return libxsmm_dmmdispatch(m, n, k, nullptr, nullptr, nullptr, &alpha, &beta, &flags, nullptr);
    else
      return libxsmm_smmdispatch(m, n, k, nullptr, nullptr, nullptr, &alpha, &beta, &flags, nullptr);
  }
};

/// C := op(A) B + beta C by LIBXSMM, with C m x n and k in between; false where it has no kernel for that, or none that
/// pays: beyond 64 x 64 x 64 a BLAS is as fast.
template <class T>
bool multiply_by_libxsmm(bool transpose_a, long m, long n, long k, T alpha, const T* a, const T* b, T beta, T* c) {
  if (alpha != 1 || (beta != 0 && beta != 1) || m < 1 || n < 1 || k < 1 || m > 64 || n > 64 || k > 64) return false;
  // The library sees columns where we have rows: C^T = B^T op(A)^T.
  const auto run = libxsmm_kernels<T>::find(transpose_a ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE, static_cast<int>(n),
                                            static_cast<int>(m), static_cast<int>(k), beta != 0);
  if (run == nullptr) return false;
  run(b, a, c);
  return true;
}

}  // namespace ctgrad::detail

#else

namespace ctgrad::detail {

template <class T>
constexpr bool multiply_by_libxsmm(bool, long, long, long, T, const T*, const T*, T, T*) {
  return false;
}

}  // namespace ctgrad::detail

#endif
