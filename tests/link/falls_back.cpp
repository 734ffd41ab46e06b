// SPDX-License-Identifier: BSL-1.0
// A product whose factor is float and whose matrices are double: xtensor-blas takes its generic loop, silently.
#include <xtensor-blas/xblas.hpp>
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

int main() {
    auto const a = xt::xtensor<double, 2>::from_shape({2, 2});
    auto c = xt::xtensor<double, 2>::from_shape({2, 2});
    xt::blas::gemm(a, a, c, false, false, 1.0f, 0.0f);
}
