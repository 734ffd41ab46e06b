// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fashion_mnist.hpp"

#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace demo {

// A column is a sample: pixel j of the k-th chosen image goes to images[j * batch + k], as a number in [0, 1] less the
// mean of its pixel.
void fill_images(const image_set& set, std::span<const std::size_t> chosen, std::span<const double> mean,
                 std::span<double> images);

// 1 in the row of the class, 0 elsewhere.
void fill_targets(const image_set& set, std::span<const std::size_t> chosen, std::span<double> targets);

std::vector<double> mean_image(const image_set& set);

// All images once an epoch, in an order drawn anew; the last few that fill no batch wait for another epoch.
class minibatches {
public:
    minibatches(std::size_t image_count, std::size_t batch, unsigned seed);

    std::size_t per_epoch() const { return order_.size() / batch_; }
    void shuffle();
    std::span<const std::size_t> operator[](std::size_t i) const { return {order_.data() + i * batch_, batch_}; }

private:
    std::vector<std::size_t> order_;
    std::size_t batch_;
    std::mt19937 random_;
};

// From `first` down to 0 along half a cosine wave, for step 0 ... steps - 1.
double learning_rate(double first, std::size_t step, std::size_t steps);

}  // namespace demo
