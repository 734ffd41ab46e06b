// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace demo {

// Adam (Kingma and Ba, 2015) on parameters and gradients that the caller owns.
class adam {
public:
    explicit adam(std::size_t size) : mean_(size), square_(size) {}

    void step(std::span<double> parameters, std::span<const double> gradient, double rate) {
        ++steps_;
        const double mean_scale = 1 / (1 - std::pow(mean_decay, steps_));
        const double square_scale = 1 / (1 - std::pow(square_decay, steps_));
        double* const mean = mean_.data();
        double* const square = square_.data();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const double g = gradient[i];
            mean[i] += (1 - mean_decay) * (g - mean[i]);
            square[i] += (1 - square_decay) * (g * g - square[i]);
            parameters[i] -= rate * mean_scale * mean[i] / (std::sqrt(square_scale * square[i]) + 1e-8);
        }
    }

private:
    static constexpr double mean_decay = 0.9;
    static constexpr double square_decay = 0.999;

    int steps_ = 0;
    std::vector<double> mean_;
    std::vector<double> square_;
};

// Minimises by L-BFGS (Nocedal and Wright, algorithms 7.4 and 7.5): the last `memory` steps stand for the Hessian.
// `objective(x, gradient)` returns the value and fills the gradient; `progress(iteration, value)` is told of each step.
// The line search halves until the value falls enough; a step whose curvature is not positive is not remembered, so
// that the approximation stays positive definite. An infinite or NaN value is a step too far, never an answer.
class lbfgs {
public:
    explicit lbfgs(std::size_t size, std::size_t memory = 12)
        : gradient_(size), trial_(size), trial_gradient_(size), direction_(size), candidate_(size),
          pairs_(memory, pair(size)) {}

    template <class Objective, class Progress>
    double minimise(std::span<double> x, Objective objective, int iterations, Progress progress) {
        double value = objective(std::span<const double>(x), std::span<double>(gradient_));
        std::size_t stored = 0;
        for (int iteration = 1; iteration <= iterations; ++iteration) {
            find_direction(stored);
            double slope = dot(direction_, gradient_);
            if (!(slope < 0)) {
                stored = 0;
                find_direction(stored);
                slope = dot(direction_, gradient_);
            }
            if (slope == 0) return value;
            double length = stored == 0 ? std::min(1.0, 1 / std::sqrt(-slope)) : 1.0;
            double trial_value = std::numeric_limits<double>::infinity();
            for (int halvings = 0;; ++halvings, length /= 2) {
                if (halvings == 40) {
                    if (stored == 0) return value;
                    break;
                }
                for (std::size_t i = 0; i < x.size(); ++i) trial_[i] = x[i] + length * direction_[i];
                trial_value = objective(std::span<const double>(trial_), std::span<double>(trial_gradient_));
                if (trial_value <= value + 1e-4 * length * slope) break;
            }
            if (!(trial_value <= value)) {
                stored = 0;  // The remembered curvature misleads: start again from steepest descent.
                continue;
            }
            remember(x, stored);
            std::copy(trial_.begin(), trial_.end(), x.begin());
            gradient_.swap(trial_gradient_);
            const double gain = value - trial_value;
            value = trial_value;
            progress(iteration, value);
            if (gain <= 1e-12 * std::abs(value)) return value;  // no more than rounding
        }
        return value;
    }

private:
    struct pair {
        explicit pair(std::size_t size) : step(size), change(size) {}
        std::vector<double> step;
        std::vector<double> change;  // of the gradient
        double curvature = 0;        // step . change
        double weight = 0;
    };

    static double dot(const std::vector<double>& a, const std::vector<double>& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    }

    static void add(std::vector<double>& a, double scale, const std::vector<double>& b) {
        for (std::size_t i = 0; i < a.size(); ++i) a[i] += scale * b[i];
    }

    // The newest of the `stored` pairs stands last.
    void find_direction(std::size_t stored) {
        for (std::size_t i = 0; i < direction_.size(); ++i) direction_[i] = -gradient_[i];
        if (stored == 0) return;
        for (std::size_t k = stored; k-- > 0;) {
            pair& p = pairs_[k];
            p.weight = dot(p.step, direction_) / p.curvature;
            add(direction_, -p.weight, p.change);
        }
        const pair& newest = pairs_[stored - 1];
        const double scale = newest.curvature / dot(newest.change, newest.change);
        for (double& d : direction_) d *= scale;
        for (std::size_t k = 0; k < stored; ++k) {
            const pair& p = pairs_[k];
            add(direction_, p.weight - dot(p.change, direction_) / p.curvature, p.step);
        }
    }

    void remember(std::span<const double> x, std::size_t& stored) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            candidate_.step[i] = trial_[i] - x[i];
            candidate_.change[i] = trial_gradient_[i] - gradient_[i];
        }
        candidate_.curvature = dot(candidate_.step, candidate_.change);
        if (!(candidate_.curvature > 1e-12 * dot(candidate_.change, candidate_.change))) return;
        if (stored == pairs_.size()) {
            std::rotate(pairs_.begin(), pairs_.begin() + 1, pairs_.end());
            --stored;
        }
        std::swap(pairs_[stored++], candidate_);
    }

    std::vector<double> gradient_;
    std::vector<double> trial_;
    std::vector<double> trial_gradient_;
    std::vector<double> direction_;
    pair candidate_;
    std::vector<pair> pairs_;
};

}  // namespace demo
