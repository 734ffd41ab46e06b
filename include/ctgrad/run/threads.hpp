// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>

namespace ctgrad::detail {

// How the libraries are asked for the number of their threads. References that are null where a program is not linked to the
// library, under names of our own: its headers may be included as well.
#ifdef __ELF__
static int openblas_threads() __attribute__((weakref("openblas_get_num_threads")));
static int mkl_threads() __attribute__((weakref("MKL_Get_Max_Threads")));
static long blis_threads() __attribute__((weakref("bli_thread_get_num_threads")));
#endif

/// How many threads the BLAS has, as it stands now; 1 where it does not say.
inline int blas_threads() {
#ifdef __ELF__
  if (openblas_threads != nullptr) return openblas_threads();
  if (mkl_threads != nullptr) return mkl_threads();
  if (blis_threads != nullptr) return std::max(static_cast<int>(blis_threads()), 1);  // -1 where nobody set it
#endif
  return 1;
}

/// Whether a BLAS shares a product of more than `limit` multiplications among several threads, while the loops here run on one.
/// Smaller products do not wait for its answer.
inline bool is_shared(long multiplications, long limit) { return multiplications > limit && blas_threads() > 1; }

}  // namespace ctgrad::detail
