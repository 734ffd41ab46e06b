// SPDX-License-Identifier: BSL-1.0
// A recurrent net reads six numbers, one after the other, and is to say at the end what the first one was.
#include <ctgrad/ctgrad.hpp>

#include <cmath>
#include <cstdio>
#include <random>

using namespace ctgrad;

constexpr std::size_t steps = 6;
constexpr auto X = matrix<"X", steps, "samples">;  // a row is a moment, a column a sequence
constexpr auto U = matrix<"U", "h", "h">;
constexpr auto w = vector<"w", "h">;
constexpr auto b = vector<"b", "h">;
constexpr auto v = vector<"v", "h">;

// All moments share U, w and b, and the derivation adds up what each has to say about them.
constexpr auto state = unroll<steps>(zeros<"h", "samples">, [](auto S, auto i) { return tanh(U * S + w * rows<i, 1>(X) + b); });
constexpr auto loss = mean(square(transpose(v) * state - rows<0, 1>(X)));

template <class Leaf>
constexpr auto moved(Leaf leaf) {
    return leaf - 0.2_c * grad(loss, leaf);
}

int main() {
    constexpr std::size_t h = 8, samples = 50;
    std::mt19937 engine(1);
    std::normal_distribution<double> normal(0, 1);
    std::uniform_real_distribution<double> uniform(-1, 1);
    auto numbers = xt::xtensor<double, 2>::from_shape({steps, samples}), recurrent = xt::xtensor<double, 2>::from_shape({h, h});
    auto in = xt::xtensor<double, 1>::from_shape({h}), out = in;
    xt::xtensor<double, 1> bias = xt::zeros<double>({h});
    for (double& entry : recurrent) entry = normal(engine) / std::sqrt(double(h));
    for (std::size_t i = 0; i < h; ++i) {
        in(i) = 0.5 * normal(engine);
        out(i) = 0.5 * normal(engine);
    }

    auto step = compile(loss, moved(U), moved(w), moved(b), moved(v));
    double value = 0, first = 0, last = 0;
    for (int i = 0; i < 4000; ++i) {
        for (double& entry : numbers) entry = uniform(engine);
        step(X = numbers, U = recurrent, w = in, b = bias, v = out, into(value, recurrent, in, bias, out));
        if (i < 100) first += value / 100;
        if (i >= 3900) last += value / 100;
    }
    std::printf("the error is %s a tenth of what it was\n", last < first / 10 ? "below" : "above");
    return last < first / 10 ? 0 : 1;
}

// Output:
//   the error is below a tenth of what it was
