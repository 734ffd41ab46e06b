// SPDX-License-Identifier: BSL-1.0
// A product whose factor is float and whose matrices are double: xtensor-blas takes its generic loop, silently.
#include <xtensor-blas/xblas.hpp>
#include <xtensor/xtensor.hpp>

int main() {
    auto const a = xt::xtensor<double, 2>::from_shape({2, 2});
    auto c = xt::xtensor<double, 2>::from_shape({2, 2});
    xt::blas::gemm(a, a, c, false, false, 1.0f, 0.0f);
}
