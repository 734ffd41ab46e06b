// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fashion_mnist.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// Plain text for a terminal of 100 columns.
namespace demo {

inline constexpr std::size_t page_width = 100;

class stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void print_heading(std::string_view title);

// `name = formula`, broken between words where the line is full.
void print_formula(std::string_view name, std::string_view formula);

// The plan of a compiled function, line by line.
void print_plan(std::string_view plan);

// The computational graph, as NAME.dot in the working directory; drawn, as NAME.svg, where Graphviz is installed.
void draw_graph(std::string_view name, std::string_view graph);

// Images side by side: values from 0 (blank) to 1, others are clipped.
struct picture {
    std::string_view title;
    std::vector<double> pixels;
};
void print_pictures(std::span<const picture> pictures);

// Points of a plane (x0, y0, x1, y1, ...) side by side, each drawn as the letter of its class.
struct scatter_plot {
    std::string_view title;
    std::span<const double> points;
    std::span<const int> classes;
};
void print_scatter_plots(std::span<const scatter_plot> plots);
void print_class_letters();

// Median seconds a call of two functions, taken in turns so that both see the same machine.
struct comparison {
    double ours;
    double tape;
};
template <class Ours, class Tape>
comparison compare(Ours ours, Tape tape, double seconds) {
    ours();
    tape();
    std::vector<double> our_times, tape_times;
    const stopwatch total;
    do {
        const stopwatch first;
        ours();
        our_times.push_back(first.seconds());
        const stopwatch second;
        tape();
        tape_times.push_back(second.seconds());
    } while (total.seconds() < seconds);
    const auto median = [](std::vector<double>& times) {
        const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
        std::nth_element(times.begin(), middle, times.end());
        return *middle;
    };
    return {median(our_times), median(tape_times)};
}

// `difference` is the largest between the two gradients, relative to the largest entry.
void print_comparison(const comparison& times, double difference);

double relative_difference(std::span<const double> a, std::span<const double> b);

}  // namespace demo
