// SPDX-License-Identifier: BSL-1.0
// Act two: a net of one hidden layer learns to tell the ten kinds of clothes apart.
#include "acts.hpp"
#include "minibatches.hpp"
#include "optimisers.hpp"
#include "report.hpp"

#include <ctgrad/ctgrad.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#else
#include <xtensor/xadapt.hpp>
#endif

#include <tape.hpp>

#include <cmath>
#include <cstdio>
#include <numeric>

namespace demo {
namespace {

using namespace ctgrad;

constexpr auto X = matrix<"X", "d", "b">;
constexpr auto T = matrix<"T", "c", "b">;
constexpr auto W1 = matrix<"W1", "h", "d">;
constexpr auto b1 = vector<"b1", "h">;
constexpr auto W2 = matrix<"W2", "c", "h">;
constexpr auto b2 = vector<"b2", "c">;

constexpr auto logits = W2 * swish(W1 * X + b1) + b2;
constexpr auto loss = softmax_cross_entropy(logits, T) + 0.5e-4_c * (squared_norm(W1) + squared_norm(W2));
constexpr double half_decay = 0.5e-4;  // the same number for the tape

constexpr std::size_t hidden = 128;
constexpr std::size_t batch = 64;
constexpr int epochs = 12;

auto as_matrix(double* first, std::size_t rows, std::size_t columns) {
    return xt::adapt(std::move(first), rows * columns, xt::no_ownership(), std::array<std::size_t, 2>{rows, columns});
}

auto as_vector(double* first, std::size_t size) {
    return xt::adapt(std::move(first), size, xt::no_ownership(), std::array<std::size_t, 1>{size});
}

// All parameters one after the other, as the optimiser likes them, and each as the shape that the formulas name.
struct parameters {
    std::vector<double> all = std::vector<double>(hidden * image_pixels + hidden + class_count * hidden + class_count);
    decltype(as_matrix(nullptr, 0, 0)) weights1 = as_matrix(all.data(), hidden, image_pixels);
    decltype(as_vector(nullptr, 0)) biases1 = as_vector(weights1.data() + weights1.size(), hidden);
    decltype(as_matrix(nullptr, 0, 0)) weights2 = as_matrix(biases1.data() + hidden, class_count, hidden);
    decltype(as_vector(nullptr, 0)) biases2 = as_vector(weights2.data() + weights2.size(), class_count);

    parameters() = default;
    parameters(const parameters&) = delete;
    parameters& operator=(const parameters&) = delete;
};

double test_accuracy(const image_set& set, std::span<const double> mean, const parameters& net) {
    constexpr std::size_t chunk = 1000;
    static auto f = compile(logits);
    std::vector<std::size_t> chosen(chunk);
    auto images = xt::xtensor<double, 2>::from_shape({image_pixels, chunk});
    auto scores = xt::xtensor<double, 2>::from_shape({class_count, chunk});
    std::size_t right = 0, seen = 0;
    for (std::size_t first = 0; first + chunk <= set.size(); first += chunk) {
        std::iota(chosen.begin(), chosen.end(), first);
        fill_images(set, chosen, mean, {images.data(), images.size()});
        f(X = images, W1 = net.weights1, b1 = net.biases1, W2 = net.weights2, b2 = net.biases2, into(scores));
        for (std::size_t k = 0; k < chunk; ++k) {
            std::size_t winner = 0;
            for (std::size_t c = 1; c < class_count; ++c)
                if (scores(c, k) > scores(winner, k)) winner = c;
            right += winner == set.labels[first + k];
        }
        seen += chunk;
    }
    return static_cast<double>(right) / static_cast<double>(seen);
}

}  // namespace

void act_two_classifier(const fashion_mnist& data) {
    print_heading("Act two: a swish net learns to tell clothes apart");
    auto f = compile(loss, grad(loss, W1, b1, W2, b2));
    print_formula("loss", to_string(loss));
    print_formula("d loss / d W1", to_string(grad(loss, W1)));
    print_formula("d loss / d b1", to_string(grad(loss, b1)));
    print_formula("d loss / d W2", to_string(grad(loss, W2)));
    print_formula("d loss / d b2", to_string(grad(loss, b2)));
    print_plan(explain(f));
    draw_graph("classifier", to_dot(loss, grad(loss, W1)));

    const std::vector<double> mean = mean_image(data.train);
    parameters net, gradient;
    auto images = xt::xtensor<double, 2>::from_shape({image_pixels, batch});
    auto targets = xt::xtensor<double, 2>::from_shape({class_count, batch});
    double value = 0;
    std::mt19937 random(1);
    std::normal_distribution<double> draw(0, 1);
    for (double& w : net.weights1) w = draw(random) / std::sqrt(double(image_pixels));
    for (double& w : net.weights2) w = draw(random) / std::sqrt(double(hidden));

    std::vector<std::size_t> chosen(batch);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    fill_images(data.train, chosen, mean, {images.data(), images.size()});
    fill_targets(data.train, chosen, {targets.data(), targets.size()});
    bench::tape<double> tape;
    parameters tape_gradient;
    const comparison times = compare(
        [&] {
            f(X = images, T = targets, W1 = net.weights1, b1 = net.biases1, W2 = net.weights2, b2 = net.biases2,
              into(value, gradient.weights1, gradient.biases1, gradient.weights2, gradient.biases2));
        },
        [&] {
            tape.clear();
            const auto w1 = tape.parameter(net.weights1.data(), hidden, image_pixels, tape_gradient.weights1.data());
            const auto c1 = tape.parameter(net.biases1.data(), hidden, 1, tape_gradient.biases1.data());
            const auto w2 = tape.parameter(net.weights2.data(), class_count, hidden, tape_gradient.weights2.data());
            const auto c2 = tape.parameter(net.biases2.data(), class_count, 1, tape_gradient.biases2.data());
            const auto x = tape.constant(images.data(), image_pixels, batch);
            const auto t = tape.constant(targets.data(), class_count, batch);
            const auto activations = tape.swish(tape.add_column(tape.product(w1, x), c1));
            const auto scores = tape.add_column(tape.product(w2, activations), c2);
            const auto decay = tape.sum(tape.squared_norm(w1, half_decay), tape.squared_norm(w2, half_decay));
            tape.backward(tape.sum(tape.softmax_cross_entropy(scores, t), decay));
        },
        0.5);
    print_comparison(times, relative_difference(gradient.all, tape_gradient.all));

    const stopwatch watch;
    minibatches batches(data.train.size(), batch, 2);
    adam optimiser(net.all.size());
    const std::size_t steps = epochs * batches.per_epoch();
    double mean_loss = 0;
    for (std::size_t step = 0; step < steps; ++step) {
        const std::size_t i = step % batches.per_epoch();
        if (i == 0) {
            batches.shuffle();
            mean_loss = 0;
        }
        fill_images(data.train, batches[i], mean, {images.data(), images.size()});
        fill_targets(data.train, batches[i], {targets.data(), targets.size()});
        f(X = images, T = targets, W1 = net.weights1, b1 = net.biases1, W2 = net.weights2, b2 = net.biases2,
          into(value, gradient.weights1, gradient.biases1, gradient.weights2, gradient.biases2));
        optimiser.step(net.all, gradient.all, learning_rate(0.002, step, steps));
        mean_loss += value / static_cast<double>(batches.per_epoch());
        if (i + 1 == batches.per_epoch())
            std::printf("  epoch %2zu of %d: loss %.4f, %.2f %% of the test images right, after %4.1f s\n",
                        (step + 1) / batches.per_epoch(), epochs, mean_loss,
                        100 * test_accuracy(data.test, mean, net), watch.seconds());
    }
}

}  // namespace demo
