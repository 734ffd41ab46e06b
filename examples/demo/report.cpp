// SPDX-License-Identifier: BSL-1.0
#include "report.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace demo {
namespace {

constexpr std::string_view shades = " .:-=+*#%@";
constexpr std::string_view class_letters = "TRPDCSHNBA";
constexpr std::size_t plot_columns = 46;
constexpr std::size_t plot_rows = 22;

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::vector<std::string> draw(const scatter_plot& plot) {
    std::vector<std::string> rows(plot_rows, std::string(plot_columns, ' '));
    // A few far points would squeeze all others together: the frame holds 98 % on each axis, the rest stand at its edge.
    double low[2], high[2];
    for (std::size_t axis = 0; axis < 2; ++axis) {
        std::vector<double> sorted;
        for (std::size_t i = axis; i < plot.points.size(); i += 2) sorted.push_back(plot.points[i]);
        std::sort(sorted.begin(), sorted.end());
        low[axis] = sorted[sorted.size() / 100];
        high[axis] = sorted[sorted.size() - 1 - sorted.size() / 100];
    }
    const auto cell = [&](std::size_t axis, double value, std::size_t cells) {
        const double share = high[axis] > low[axis] ? (value - low[axis]) / (high[axis] - low[axis]) : 0.5;
        return static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells - 1) + 0.5);
    };
    for (std::size_t i = 0; i < plot.classes.size(); ++i) {
        const std::size_t column = cell(0, plot.points[2 * i], plot_columns);
        const std::size_t row = plot_rows - 1 - cell(1, plot.points[2 * i + 1], plot_rows);
        rows[row][column] = class_letters[static_cast<std::size_t>(plot.classes[i])];
    }
    return rows;
}

}  // namespace

void print_heading(std::string_view title) {
    const std::string rule(page_width, '=');
    std::printf("\n%s\n%.*s\n%s\n", rule.c_str(), static_cast<int>(title.size()), title.data(), rule.c_str());
}

void print_formula(std::string_view name, std::string_view formula) {
    const std::string head = "  " + std::string(name) + " = ";
    const std::string margin(std::min<std::size_t>(head.size(), 12), ' ');
    std::string line = head;
    std::size_t begin = 0;
    while (begin < formula.size()) {
        const std::size_t end = std::min(formula.find(' ', begin), formula.size());
        const std::string_view word = formula.substr(begin, end - begin);
        if (line.size() + word.size() > page_width && line.find_first_not_of(' ') != std::string::npos) {
            print(line.substr(0, line.find_last_not_of(' ') + 1) + "\n");
            line = margin;
        }
        line += word;
        line += ' ';
        begin = end + 1;
    }
    print(line.substr(0, line.find_last_not_of(' ') + 1) + "\n");
}

void print_plan(std::string_view plan) {
    print("\n  the calls it became:\n");
    while (!plan.empty()) {
        const std::size_t end = std::min(plan.find('\n'), plan.size());
        print("    ");
        print(plan.substr(0, end));
        print("\n");
        plan.remove_prefix(std::min(end + 1, plan.size()));
    }
    print("\n");
}

void draw_graph(std::string_view name, std::string_view graph) {
    const std::string source = std::string(name) + ".dot", drawing = std::string(name) + ".svg";
    std::ofstream(source) << graph;
    const bool drawn = std::system(("dot -Tsvg " + source + " -o " + drawing + " >/dev/null 2>&1").c_str()) == 0;
    std::printf("  the graph, with its reverse sweep: %s\n", std::filesystem::absolute(drawn ? drawing : source).c_str());
}

void print_pictures(std::span<const picture> pictures) {
    print("\n");
    for (const picture& p : pictures) std::printf("  %-28.*s", static_cast<int>(p.title.size()), p.title.data());
    print("\n");
    // A character is about twice as high as wide: one line shows two rows of pixels.
    for (std::size_t row = 0; row < image_side; row += 2) {
        std::string line;
        for (const picture& p : pictures) {
            line += "  ";
            for (std::size_t column = 0; column < image_side; ++column) {
                const double* pixel = p.pixels.data() + row * image_side + column;
                const double shade = std::clamp(0.5 * (pixel[0] + pixel[image_side]), 0.0, 1.0);
                line += shades[static_cast<std::size_t>(std::lround(shade * static_cast<double>(shades.size() - 1)))];
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        print(line + "\n");
    }
}

void print_scatter_plots(std::span<const scatter_plot> plots) {
    print("\n");
    const std::string border = "+" + std::string(plot_columns, '-') + "+";
    std::string titles, rule;
    std::vector<std::vector<std::string>> drawings;
    for (const scatter_plot& plot : plots) {
        std::string title(plot.title);
        title.resize(border.size(), ' ');
        titles.append(" ").append(title);
        rule.append(" ").append(border);
        drawings.push_back(draw(plot));
    }
    print(titles.substr(0, titles.find_last_not_of(' ') + 1) + "\n" + rule + "\n");
    for (std::size_t row = 0; row < plot_rows; ++row) {
        std::string line;
        for (const auto& drawing : drawings) line.append(" |").append(drawing[row]).append("|");
        print(line + "\n");
    }
    print(rule + "\n");
}

void print_class_letters() {
    std::string line;
    for (std::size_t c = 0; c < class_count; ++c)
        line.append(" ").append(1, class_letters[c]).append(":").append(class_names[c]);
    print(line + "\n");
}

double relative_difference(std::span<const double> a, std::span<const double> b) {
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        // A NaN on either side must show.
        const double d = std::abs(a[i] - b[i]);
        if (!(d <= difference)) difference = d;
        largest = std::max(largest, std::abs(b[i]));
    }
    return largest > 0 ? difference / largest : difference;
}

void print_comparison(const comparison& times, double difference) {
    std::printf("\n  value and gradient: ctgrad %.3f ms, run-time tape %.3f ms (%.2f times that); agreeing to %.0e\n",
                1e3 * times.ours, 1e3 * times.tape, times.tape / times.ours, difference);
}

}  // namespace demo
