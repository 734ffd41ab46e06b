// SPDX-License-Identifier: BSL-1.0
// Act one: the tied linear autoencoder has no better minimum than the plane of the leading principal components, which
// LAPACK gives in closed form. Training by mini-batches has to arrive there.
#include "acts.hpp"
#include "minibatches.hpp"
#include "optimisers.hpp"
#include "principal_components.hpp"
#include "report.hpp"

#include <ctgrad/ctgrad.hpp>

#include <tape.hpp>

#include <cmath>
#include <cstdio>
#include <numeric>

namespace demo {
namespace {

using namespace ctgrad;

constexpr auto W = matrix<"W", "h", "d">;
constexpr auto X = matrix<"X", "d", "b">;
constexpr auto loss = 0.5_c * squared_norm(transpose(W) * W * X - X);

constexpr std::size_t hidden = 64;
constexpr std::size_t batch = 64;
constexpr int epochs = 10;

// The exact optimum: what the leading components leave over, as the mean squared error of an image.
struct optimum {
    eigenpairs components;
    double total = 0;
    double error = 0;
};

optimum find_optimum(const image_set& set, std::span<const double> mean) {
    constexpr std::size_t chunk = 1000;
    std::vector<double> covariance(image_pixels * image_pixels);
    std::vector<double> rows(chunk * image_pixels);
    for (std::size_t first = 0; first < set.size(); first += chunk) {
        const std::size_t count = std::min(chunk, set.size() - first);
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t j = 0; j < image_pixels; ++j)
                rows[k * image_pixels + j] = set.image(first + k)[j] / 255.0 - mean[j];
        add_outer_products(covariance, {rows.data(), count * image_pixels}, image_pixels);
    }
    for (double& c : covariance) c /= static_cast<double>(set.size());
    optimum result;
    result.components = symmetric_eigenpairs(std::move(covariance), image_pixels);
    const auto& values = result.components.values;
    result.total = std::accumulate(values.begin(), values.end(), 0.0);
    result.error = std::accumulate(values.begin() + hidden, values.end(), 0.0);
    return result;
}

// 2 loss / images: the mean over all images of ‖W'W x - x‖².
double reconstruction_error(const image_set& set, std::span<const double> mean, const xt::xtensor<double, 2>& weights) {
    constexpr std::size_t chunk = 1000;
    static auto f = compile(loss);
    std::vector<std::size_t> chosen(chunk);
    auto images = xt::xtensor<double, 2>::from_shape({image_pixels, chunk});
    double error = 0;
    for (std::size_t first = 0; first + chunk <= set.size(); first += chunk) {
        std::iota(chosen.begin(), chosen.end(), first);
        fill_images(set, chosen, mean, {images.data(), images.size()});
        error += 2 * f(W = weights, X = images);
    }
    return error / static_cast<double>(set.size() / chunk * chunk);
}

// The image projected onto the rows of `basis`, orthonormal or nearly so, with the mean back on top.
picture reconstruction(std::string_view title, std::span<const double> image, std::span<const double> mean,
                       std::span<const double> basis) {
    picture result{title, std::vector<double>(mean.begin(), mean.end())};
    for (std::size_t k = 0; k < basis.size() / image_pixels; ++k) {
        const auto row = basis.subspan(k * image_pixels, image_pixels);
        const double code = std::inner_product(row.begin(), row.end(), image.begin(), 0.0);
        for (std::size_t j = 0; j < image_pixels; ++j) result.pixels[j] += code * row[j];
    }
    return result;
}

}  // namespace

void act_one_autoencoder(const fashion_mnist& data) {
    print_heading("Act one: a tied linear autoencoder finds the principal components");
    auto f = compile(loss, grad(loss, W));
    print_formula("loss", to_string(loss));
    print_formula("d loss / d W", to_string(grad(loss, W)));
    print_plan(explain(f));
    draw_graph("autoencoder", to_dot(loss, grad(loss, W)));

    const std::vector<double> mean = mean_image(data.train);
    auto weights = xt::xtensor<double, 2>::from_shape({hidden, image_pixels});
    auto gradient = xt::xtensor<double, 2>::from_shape({hidden, image_pixels});
    auto images = xt::xtensor<double, 2>::from_shape({image_pixels, batch});
    double value = 0;
    std::mt19937 random(1);
    std::normal_distribution<double> draw(0, 1 / std::sqrt(double(image_pixels)));
    for (double& w : weights) w = draw(random);

    std::vector<std::size_t> chosen(batch);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    fill_images(data.train, chosen, mean, {images.data(), images.size()});
    bench::tape<double> tape;
    std::vector<double> tape_gradient(gradient.size());
    const comparison times = compare(
        [&] { f(W = weights, X = images, into(value, gradient)); },
        [&] {
            tape.clear();
            const auto w = tape.parameter(weights.data(), hidden, image_pixels, tape_gradient.data());
            const auto x = tape.constant(images.data(), image_pixels, batch);
            const auto rebuilt = tape.product(tape.transposed(w), tape.product(w, x));
            tape.backward(tape.squared_norm(tape.difference(rebuilt, x), 0.5));
        },
        0.5);
    print_comparison(times, relative_difference({gradient.data(), gradient.size()}, tape_gradient));

    const stopwatch lapack_watch;
    const optimum best = find_optimum(data.train, mean);
    std::printf("  by LAPACK in %.1f s: the variance is %.4f, and %zu principal components leave %.4f of it\n",
                lapack_watch.seconds(), best.total, hidden, best.error);

    const stopwatch watch;
    minibatches batches(data.train.size(), batch, 1);
    adam optimiser(weights.size());
    const std::size_t steps = epochs * batches.per_epoch();
    for (std::size_t step = 0; step < steps; ++step) {
        const std::size_t i = step % batches.per_epoch();
        if (i == 0) batches.shuffle();
        fill_images(data.train, batches[i], mean, {images.data(), images.size()});
        f(W = weights, X = images, into(value, gradient));
        optimiser.step({weights.data(), weights.size()}, {gradient.data(), gradient.size()},
                       learning_rate(0.002, step, steps));
        if (i + 1 == batches.per_epoch()) {
            const double error = reconstruction_error(data.train, mean, weights);
            std::printf("  epoch %2zu of %d: reconstruction error %.4f, %.4f times the optimum, after %4.1f s\n",
                        (step + 1) / batches.per_epoch(), epochs, error, error / best.error, watch.seconds());
        }
    }

    const std::vector<std::size_t> shown{0};
    std::vector<double> image(image_pixels);
    fill_images(data.test, shown, mean, image);
    picture original{"a test image", image};
    for (std::size_t j = 0; j < image_pixels; ++j) original.pixels[j] += mean[j];
    const picture pictures[] = {
        original,
        reconstruction("by the autoencoder", image, mean, {weights.data(), weights.size()}),
        reconstruction("by principal components", image, mean,
                       {best.components.vectors.data(), hidden * image_pixels}),
    };
    print_pictures(pictures);
}

}  // namespace demo
