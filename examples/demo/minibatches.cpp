// SPDX-License-Identifier: BSL-1.0
#include "minibatches.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace demo {

void fill_images(const image_set& set, std::span<const std::size_t> chosen, std::span<const double> mean,
                 std::span<double> images) {
    for (std::size_t k = 0; k < chosen.size(); ++k) {
        const auto image = set.image(chosen[k]);
        for (std::size_t j = 0; j < image_pixels; ++j)
            images[j * chosen.size() + k] = image[j] / 255.0 - mean[j];
    }
}

void fill_targets(const image_set& set, std::span<const std::size_t> chosen, std::span<double> targets) {
    std::fill(targets.begin(), targets.end(), 0.0);
    for (std::size_t k = 0; k < chosen.size(); ++k) targets[set.labels[chosen[k]] * chosen.size() + k] = 1;
}

std::vector<double> mean_image(const image_set& set) {
    std::vector<double> mean(image_pixels);
    for (std::size_t i = 0; i < set.size(); ++i) {
        const auto image = set.image(i);
        for (std::size_t j = 0; j < image_pixels; ++j) mean[j] += image[j];
    }
    for (double& m : mean) m /= 255.0 * static_cast<double>(set.size());
    return mean;
}

minibatches::minibatches(std::size_t image_count, std::size_t batch, unsigned seed)
    : order_(image_count), batch_(batch), random_(seed) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

void minibatches::shuffle() { std::shuffle(order_.begin(), order_.end(), random_); }

double learning_rate(double first, std::size_t step, std::size_t steps) {
    return first * 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

}  // namespace demo
