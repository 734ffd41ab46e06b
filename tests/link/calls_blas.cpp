// SPDX-License-Identifier: BSL-1.0
// Products, gradients and factorisations in float and double, whose symbols are then looked at.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>

using namespace ctgrad;

namespace {

template <class T>
xt::xtensor<T, 2> filled(std::size_t rows, std::size_t columns, T value) {
    auto result = xt::xtensor<T, 2>::from_shape({rows, columns});
    result.fill(value);
    return result;
}

bool close(double actual, double expected) {
    return std::abs(actual - expected) <= 1e-5 * std::abs(expected);
}

template <class T>
bool products_and_gradients() {
    constexpr auto A = matrix<"A", "m", "k">;
    constexpr auto B = matrix<"B", "k", "n">;
    constexpr auto x = vector<"x", "k">;
    constexpr auto K = matrix<"K", "m", "m", spd>;

    auto const a = filled<T>(40, 30, T(0.5));
    auto const b = filled<T>(30, 20, T(2));
    auto v = xt::xtensor<T, 1>::from_shape({30});
    v.fill(T(3));

    auto product = compile(A * B);
    bool right = close(product(A = a, B = b)(39, 19), 30);
    auto image = compile(A * x);
    right &= close(image(A = a, x = v)(39), 45);

    constexpr auto reconstruction = squared_norm(transpose(A) * A * x - x);
    auto autoencoder = compile(reconstruction, grad(reconstruction, A));
    right &= close(std::get<0>(autoencoder(A = a, x = v)), 30 * (900. - 3) * (900 - 3));

    auto covariance = filled<T>(40, 40, T(0));
    for (std::size_t i = 0; i < 40; ++i) covariance(i, i) = T(2);
    constexpr auto likelihood = logdet(K) + trace(transpose(A) * inverse(K) * A);
    auto process = compile(likelihood, grad(likelihood, A, K));
    right &= close(std::get<0>(process(A = a, K = covariance)), 40 * std::log(2.) + 40 * 30 * 0.25 / 2);
    return right;
}

} // namespace

int main() {
    bool const right = products_and_gradients<double>() && products_and_gradients<float>();
    std::puts(right ? "right" : "wrong");
    return right ? 0 : 1;
}
